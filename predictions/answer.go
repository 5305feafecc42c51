package predictions

// Answer is a prediction for programs, on the command line and in JSON. Times
// are h:mm:ss, and unknown values are left out.
type Answer struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Distance string `json:"distance,omitempty"`
	Races    int    `json:"races"`
	Refusal  string `json:"refusal,omitempty"`
	// NextOn is the date for which the time is predicted.
	NextOn string       `json:"next_on,omitempty"`
	Method string       `json:"method,omitempty"`
	Time   string       `json:"time,omitempty"`
	Lo80   string       `json:"lo80,omitempty"`
	Hi80   string       `json:"hi80,omitempty"`
	Lo95   string       `json:"lo95,omitempty"`
	Hi95   string       `json:"hi95,omitempty"`
	Model  string       `json:"model,omitempty"`
	AIC    *float64     `json:"aic,omitempty"`
	Error  *AnswerError `json:"error,omitempty"`
}

// AnswerError is the error measured by rolling forecast origin, in minutes and
// in per cent.
type AnswerError struct {
	Folds         int      `json:"folds"`
	MAE           *float64 `json:"mae"`
	MAPE          *float64 `json:"mape"`
	MAEReselected *float64 `json:"mae_reselected"`
}

// Answer converts the prediction for programs.
func (p Prediction) Answer() Answer {
	a := Answer{ID: p.Runner.ID, Name: p.Runner.Name, Distance: p.Series.Distance.Key, Races: len(p.Series.Races)}
	if p.Refusal != nil {
		a.Refusal = p.Refusal.Error()
		return a
	}
	a.NextOn, a.Method, a.Time = p.NextOn.String(), string(p.Shown), p.Next.Time.String()
	a.Lo80, a.Hi80 = p.Next.Lo80.String(), p.Next.Hi80.String()
	a.Lo95, a.Hi95 = p.Next.Lo95.String(), p.Next.Hi95.String()
	if p.Model != nil {
		a.Model, a.AIC = p.Model.String(), &p.Model.AIC
		a.Error = &AnswerError{len(p.Error.Folds), p.Error.MAE, p.Error.MAPE, p.Error.MAEReselected}
	}
	return a
}

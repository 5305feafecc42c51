package club

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"time"
)

// FinishTime is how long a runner took, in whole milliseconds. It may exceed
// 24 hours. The zero value means that no time is known.
type FinishTime int64

// MaxFinishTime is the longest time that ParseFinishTime accepts. No race lasts
// a thousand hours.
const MaxFinishTime = FinishTime(1000 * time.Hour / time.Millisecond)

// FinishTimeOf rounds a duration to the millisecond.
func FinishTimeOf(d time.Duration) FinishTime {
	return FinishTime(d.Round(time.Millisecond) / time.Millisecond)
}

// FinishTimeOfMinutes rounds minutes to the nearest second, the precision at
// which a prediction is worth reading. Invalid values (negative, NaN, beyond
// MaxFinishTime) are clamped.
func FinishTimeOfMinutes(minutes float64) FinishTime {
	limit := MaxFinishTime.Minutes()
	switch {
	case math.IsNaN(minutes) || minutes <= 0:
		return 0
	case minutes > limit:
		return MaxFinishTime
	}
	return FinishTime(math.Round(minutes*60)) * 1000
}

// Minutes returns the time in minutes, the unit of forecasts.
func (t FinishTime) Minutes() float64 { return float64(t) / 60_000 }

// String prints the time as h:mm:ss. Any part of a second counts as a whole
// second, as in the timing of road races (World Athletics, Technical Rules,
// 19.24).
func (t FinishTime) String() string {
	s := (int64(t) + 999) / 1000
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Exact prints the time as h:mm:ss, followed by any part of a second as a decimal
// fraction, so that ParseFinishTime reads back the same time. An unknown time
// prints as "".
func (t FinishTime) Exact() string {
	if t <= 0 {
		return ""
	}
	text := (t - t%1000).String()
	switch fraction := int64(t % 1000); {
	case fraction == 0:
		return text
	case fraction%100 == 0:
		return fmt.Sprintf("%s.%d", text, fraction/100)
	case fraction%10 == 0:
		return fmt.Sprintf("%s.%02d", text, fraction/10)
	default:
		return fmt.Sprintf("%s.%03d", text, fraction)
	}
}

// Words prints the time in words: "3 h 47 min", "12 min", "40 s".
func (t FinishTime) Words() string {
	s := (int64(t) + 500) / 1000
	minutes := (s + 30) / 60
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes%60 == 0:
		return fmt.Sprintf("%d h", minutes/60)
	default:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
}

// Pace prints the average time per kilometre over a distance, or "" if either
// is unknown.
func (t FinishTime) Pace(d Metres) string {
	if d <= 0 || t <= 0 {
		return ""
	}
	s := int64(math.Round(float64(t) / float64(d)))
	return fmt.Sprintf("%d:%02d /km", s/60, s%60)
}

// ErrNotATime is wrapped by every error of ParseFinishTime.
var ErrNotATime = errors.New("not a time")

// Value stores the time as whole milliseconds, and an unknown one as NULL.
func (t FinishTime) Value() (driver.Value, error) {
	if t == 0 {
		return nil, nil
	}
	return int64(t), nil
}

// Scan reads a column of milliseconds; NULL is an unknown time.
func (t *FinishTime) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = 0
	case int64:
		*t = FinishTime(v)
	default:
		return fmt.Errorf("a time column holds a %T", src)
	}
	return nil
}

package handlers

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"runnerdb/components"
	"runnerdb/queries"
)

// showHome shows what this is, with the search.
func (s *Server) showHome(c *fiber.Ctx) error {
	return s.render(c, fiber.StatusOK, page{
		nav:  components.NavHome,
		body: components.HomePage(s.settingsOrLast(c.UserContext()).ClubName(), components.SearchProps{Action: "/predict"}),
	})
}

// showPredict shows the search and the prediction together. For htmx the
// fragment is the prediction where a runner is chosen, or the part of it that
// htmx asks for, and else the hits.
func (s *Server) showPredict(c *fiber.Ctx) error {
	at, err := placeOf(c, "/predict", "q", "runner")
	if err != nil {
		return err
	}
	status, panel, part := fiber.StatusOK, components.PanelHint(), templ.Component(nil)
	if c.Query("runner") != "" {
		props, err := s.chosenPanel(c, at)
		if err != nil {
			return err
		}
		status, panel, part = panelStatus(props), components.Panel(props), panelPart(c, props)
	}
	if part != nil && wantsFragment(c) {
		return s.render(c, status, page{fragment: part})
	}
	query := at.params.Get("q")
	hits, err := s.predictHits(c, query)
	if err != nil {
		return err
	}
	return s.render(c, status, page{
		title:    "Predict Race Time",
		nav:      components.NavPredict,
		body:     components.PredictPage(components.SearchProps{Action: "/predict", Query: query, Hits: hits}, panel),
		fragment: components.Hits(hits),
	})
}

// chosenPanel is the prediction of the runner that the address names.
func (s *Server) chosenPanel(c *fiber.Ctx, at place) (components.PanelProps, error) {
	id, err := parseID(at.params.Get("runner"))
	if err != nil {
		return components.PanelProps{}, err
	}
	prediction, err := s.predictor.For(c.UserContext(), id, at.params.Get("distance"), s.today())
	if err != nil {
		return components.PanelProps{}, err
	}
	return panelProps(prediction, at), nil
}

// predictHits are the runners that a search finds, each leading to the
// prediction; for an empty search those chosen lately.
func (s *Server) predictHits(c *fiber.Ctx, query string) (hits components.HitsProps, err error) {
	to := func(hit queries.RunnerHit) string { return predictURL(query, hit.ID) }
	if strings.TrimSpace(query) == "" {
		hits, err = s.recent(c, to)
	} else {
		hits, err = s.search(c, query, to)
	}
	hits.Swap = true
	return hits, err
}

func predictURL(query string, id int64) string {
	if query == "" {
		return fmt.Sprintf("/predict?runner=%d", id)
	}
	return fmt.Sprintf("/predict?q=%s&runner=%d", url.QueryEscape(query), id)
}

package handlers

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"runnerdb/components"
	"runnerdb/predictions"
	"runnerdb/queries"
)

// showHome shows what this is, with the search.
func (s *Server) showHome(c *fiber.Ctx) error {
	return s.render(c, fiber.StatusOK, page{
		nav:  components.NavHome,
		body: components.HomePage(components.SearchProps{Action: "/predict"}),
	})
}

// showPredict shows the search and the prediction together. For htmx the
// fragment is the prediction where a runner is chosen, and else the hits.
func (s *Server) showPredict(c *fiber.Ctx) error {
	query, err := textParam(c, "q")
	if err != nil {
		return err
	}
	panel, err := s.chosenPanel(c, query)
	if err != nil {
		return err
	}
	if panel != nil && wantsFragment(c) {
		return s.render(c, fiber.StatusOK, page{fragment: panel})
	}
	var hits components.HitsProps
	if strings.TrimSpace(query) != "" {
		if hits, err = s.search(c, query, func(hit queries.RunnerHit) string { return predictURL(query, hit.ID) }); err != nil {
			return err
		}
		hits.Swap = true
	}
	if panel == nil {
		panel = components.PanelHint()
	}
	return s.render(c, fiber.StatusOK, page{
		title:    "Predict Race Time",
		nav:      components.NavPredict,
		body:     components.PredictPage(components.SearchProps{Action: "/predict", Query: query, Hits: hits}, panel),
		fragment: components.Hits(hits),
	})
}

// chosenPanel is the prediction of the runner that the address names, or nil
// where it names none.
func (s *Server) chosenPanel(c *fiber.Ctx, query string) (templ.Component, error) {
	if c.Query("runner") == "" {
		return nil, nil
	}
	id, err := parseID(c.Query("runner"))
	if err != nil {
		return nil, err
	}
	prediction, err := predictions.For(c.UserContext(), s.DB, id, c.Query("distance"))
	if err != nil {
		return nil, err
	}
	return components.Panel(panelProps(prediction, predictURL(query, id)+"&")), nil
}

func predictURL(query string, id int64) string {
	if query == "" {
		return fmt.Sprintf("/predict?runner=%d", id)
	}
	return fmt.Sprintf("/predict?q=%s&runner=%d", url.QueryEscape(query), id)
}

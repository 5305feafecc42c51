package components

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Piece is a piece of a name; what was typed of it is marked.
type Piece struct {
	Text   string
	Marked bool
}

// marked writes a name with its marks and not a blank more, which a template
// would.
func marked(pieces []Piece) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		for _, piece := range pieces {
			text := templ.EscapeString(piece.Text)
			if piece.Marked {
				text = "<mark>" + text + "</mark>"
			}
			if _, err := io.WriteString(w, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// Package cards draws the preview pictures for shared links: 1200 by 630
// pixels, the size that Open Graph asks for.
//
// The typeface is the Go fonts by Bigelow & Holmes, which come with
// golang.org/x/image under its licence and cover Latin, Greek and Cyrillic.
package cards

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Width and Height are the size of a card in pixels.
const Width, Height = 1200, 630

// Card is the content of a picture: a name, a line of text, and up to MaxFacts
// facts side by side.
type Card struct {
	Title, Line, Club string
	Facts             []Fact
}

// Fact is a figure with its label.
type Fact struct{ Name, Value string }

// MaxFacts is the number of facts that fit on a card.
const MaxFacts = 3

// The club's colours, as in the dark theme of the pages.
var (
	ground = color.NRGBA{0x16, 0x11, 0x0d, 0xff}
	orange = color.NRGBA{0xf4, 0x5c, 0x09, 0xff}
	bright = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	soft   = color.NRGBA{0xd8, 0xc8, 0xb8, 0xff}
)

const margin = 80

// Write draws the card as a PNG. Text that is too long is set smaller, and
// finally cut.
func (c Card) Write(w io.Writer) error {
	picture := image.NewRGBA(image.Rect(0, 0, Width, Height))
	fill(picture, picture.Bounds(), ground)
	fill(picture, image.Rect(0, 0, Width, 18), orange)
	fill(picture, image.Rect(margin, 330, margin+120, 338), orange)
	room := Width - 2*margin
	for _, line := range []line{
		{c.Club, regular, 34, soft, margin, 110, room},
		{c.Title, bold, 92, bright, margin, 225, room},
		{c.Line, regular, 38, soft, margin, 290, room},
	} {
		if err := line.draw(picture); err != nil {
			return err
		}
	}
	for i, fact := range c.Facts[:min(len(c.Facts), MaxFacts)] {
		left, room := margin+i*room/MaxFacts, room/MaxFacts-30
		for _, line := range []line{
			{fact.Name, regular, 34, soft, left, 420, room},
			{fact.Value, bold, 76, bright, left, 510, room},
		} {
			if err := line.draw(picture); err != nil {
				return err
			}
		}
	}
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, fewColours(picture))
}

// shades is the palette of a card: the background, its blends into each text
// colour, and the bars. One byte a pixel makes PNG compression four times as
// fast as four bytes.
var shades = sync.OnceValue(func() color.Palette {
	const steps = 100
	palette := color.Palette{ground, orange}
	for _, ink := range []color.NRGBA{bright, soft} {
		for i := 1; i <= steps; i++ {
			between := func(from, to uint8) uint8 { return uint8(int(from) + (int(to)-int(from))*i/steps) }
			palette = append(palette, color.NRGBA{between(ground.R, ink.R), between(ground.G, ink.G), between(ground.B, ink.B), 0xff})
		}
	}
	return palette
})

// fewColours converts a picture to the palette of shades.
func fewColours(picture *image.RGBA) *image.Paletted {
	few := image.NewPaletted(picture.Bounds(), shades())
	known := map[[4]byte]uint8{}
	for i := range few.Pix {
		point := [4]byte(picture.Pix[4*i:])
		if i > 0 && point == [4]byte(picture.Pix[4*i-4:]) {
			few.Pix[i] = few.Pix[i-1]
			continue
		}
		index, seen := known[point]
		if !seen {
			few.Set(i%Width, i/Width, color.RGBA{point[0], point[1], point[2], point[3]})
			index = few.Pix[i]
			known[point] = index
		}
		few.Pix[i] = index
	}
	return few
}

func fill(picture draw.Image, area image.Rectangle, c color.Color) {
	draw.Draw(picture, area, image.NewUniform(c), image.Point{}, draw.Src)
}

var (
	regular = sync.OnceValues(func() (*sfnt.Font, error) { return opentype.Parse(goregular.TTF) })
	bold    = sync.OnceValues(func() (*sfnt.Font, error) { return opentype.Parse(gobold.TTF) })
)

// line is a line of text, with its baseline at y and the space it may fill.
type line struct {
	text    string
	font    func() (*sfnt.Font, error)
	size    float64
	color   color.Color
	x, y    int
	longest int
}

// smallest is the smallest fraction of its size to which a line may shrink.
const smallest = 0.55

func (l line) draw(picture draw.Image) error {
	parsed, err := l.font()
	if err != nil {
		return err
	}
	size, text := l.size, []rune(l.text)
	for {
		face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72})
		if err != nil {
			return err
		}
		width := font.MeasureString(face, string(text)).Ceil()
		switch {
		case width <= l.longest || len(text) < 2:
			pen := font.Drawer{Dst: picture, Src: image.NewUniform(l.color), Face: face, Dot: fixed.P(l.x, l.y)}
			pen.DrawString(string(text))
			return face.Close()
		case size > l.size*smallest:
			size = max(l.size*smallest, size*float64(l.longest)/float64(width)-1)
		default:
			keep := max(1, len(text)*l.longest/width-1)
			text = append(text[:min(keep, len(text)-2)], '…')
		}
		if err := face.Close(); err != nil {
			return err
		}
	}
}

package cards_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"runnerdb/cards"
)

func drawn(t *testing.T, card cards.Card) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := card.Write(&b); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got := picture.Bounds().Size(); got != image.Pt(cards.Width, cards.Height) {
		t.Fatalf("got %v", got)
	}
	return picture
}

// inked counts the pixels of an area that differ from its first one.
func inked(picture image.Image, area image.Rectangle) int {
	n := 0
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if picture.At(x, y) != picture.At(area.Min.X, area.Min.Y) {
				n++
			}
		}
	}
	return n
}

func TestACardSaysWhatItIsGiven(t *testing.T) {
	title, facts := image.Rect(80, 140, 1120, 250), image.Rect(80, 440, 1120, 530)
	empty := drawn(t, cards.Card{})
	full := drawn(t, cards.Card{
		Title: "Karabo Khumalo", Line: "48 races", Club: "RCS Gugulethu AC",
		Facts: []cards.Fact{{"10 km", "0:45:00"}, {"21.1 km", "1:39:17"}, {"42.2 km", "3:47:05"}, {"56 km", "is too much"}},
	})
	for name, area := range map[string]image.Rectangle{"title": title, "facts": facts} {
		if inked(empty, area) != 0 {
			t.Errorf("%s: an empty card says something", name)
		}
		if inked(full, area) < 1000 {
			t.Errorf("%s: nothing is written", name)
		}
	}
}

func TestLongNamesStayOnTheCard(t *testing.T) {
	right := image.Rect(1121, 20, 1200, 630)
	for _, name := range []string{strings.Repeat("W", 200), strings.Repeat("Nkosazana-", 4), "王芳", "\x00\xff", "", "x"} {
		picture := drawn(t, cards.Card{Title: name, Line: name, Club: name, Facts: []cards.Fact{{name, name}, {name, name}, {name, name}}})
		if n := inked(picture, right); n != 0 {
			t.Errorf("%q: %d pixels stand in the margin", name, n)
		}
	}
}

package components

import (
	"image/color"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// qrQuiet is the light border that readers need: ISO/IEC 18004, four modules.
const qrQuiet = 4

// QR is a text as a picture that a telephone reads.
type QR struct{ viewBox, path string }

// NewQR draws a text, with medium correction of errors.
func NewQR(text string) (QR, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return QR{}, err
	}
	var path strings.Builder
	size := code.Bounds().Dx()
	black := func(x, y int) bool { return x < size && code.At(x, y) == color.Black }
	for y := range size {
		for x := 0; x < size; x++ {
			start := x
			for black(x, y) {
				x++
			}
			if run := strconv.Itoa(x - start); x > start {
				path.WriteString("M" + strconv.Itoa(start+qrQuiet) + " " + strconv.Itoa(y+qrQuiet) + "h" + run + "v1h-" + run + "z")
			}
		}
	}
	side := strconv.Itoa(size + 2*qrQuiet)
	return QR{viewBox: "0 0 " + side + " " + side, path: path.String()}, nil
}

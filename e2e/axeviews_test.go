//go:build !axe

package e2e

import "hash/crc32"

// axeViews is one view of each page: a phone's, light or dark by the page's name.
// make axe takes all four.
func axeViews(page string) []view {
	turn := crc32.ChecksumIEEE([]byte(page)) % 2
	return []view{{"light", 360}, {"dark", 360}}[turn : turn+1]
}

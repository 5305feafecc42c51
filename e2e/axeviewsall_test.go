//go:build axe

package e2e

func axeViews(string) []view {
	return []view{{"light", 360}, {"light", 1280}, {"dark", 360}, {"dark", 1280}}
}

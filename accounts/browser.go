package accounts

import "strings"

// Browser returns the browser and system in a user agent as people name them:
// Firefox on Android.
func Browser(userAgent string) string {
	name, system := firstOf(userAgent, browsers), firstOf(userAgent, systems)
	switch {
	case name == "" && system == "":
		return "an unknown browser"
	case name == "":
		return "a browser on " + system
	case system == "":
		return name
	default:
		return name + " on " + system
	}
}

// sign is a part of a user agent, with what it stands for.
type sign struct{ part, means string }

// Browsers also name the older browsers that they descend from, so the newest
// come first.
var (
	browsers = []sign{
		{"SamsungBrowser/", "Samsung Internet"},
		{"OPR/", "Opera"},
		{"Opera Mini/", "Opera Mini"},
		{"EdgA/", "Edge"},
		{"EdgiOS/", "Edge"},
		{"Edg/", "Edge"},
		{"FxiOS/", "Firefox"},
		{"Firefox/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = []sign{
		{"KAIOS/", "KaiOS"},
		{"Android", "Android"},
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"CrOS", "ChromeOS"},
		{"Windows", "Windows"},
		{"Macintosh", "Mac"},
		{"Linux", "Linux"},
	}
)

func firstOf(userAgent string, signs []sign) string {
	for _, s := range signs {
		if strings.Contains(userAgent, s.part) {
			return s.means
		}
	}
	return ""
}

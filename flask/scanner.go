package flask

import "strings"

// scanner reads an SQL statement from left to right.
type scanner struct{ text string }

func (s *scanner) space() { s.text = strings.TrimLeft(s.text, " \t\r\n") }

// words skips n words.
func (s *scanner) words(n int) {
	for range n {
		s.space()
		end := strings.IndexAny(s.text, " \t\n")
		if end < 0 {
			end = len(s.text)
		}
		s.text = s.text[end:]
	}
}

// word consumes a word if it comes next.
func (s *scanner) word(want string) bool {
	s.space()
	if len(s.text) < len(want) || !strings.EqualFold(s.text[:len(want)], want) {
		return false
	}
	s.text = s.text[len(want):]
	return true
}

// name reads the name of a table or column, quoted or not, without its schema.
func (s *scanner) name() string {
	for {
		s.space()
		var name string
		if strings.HasPrefix(s.text, `"`) {
			end := strings.IndexByte(s.text[1:], '"')
			if end < 0 {
				return ""
			}
			name, s.text = s.text[1:end+1], s.text[end+2:]
		} else {
			end := strings.IndexAny(s.text, " \t\n.,();\"")
			if end < 0 {
				end = len(s.text)
			}
			name, s.text = s.text[:end], s.text[end:]
		}
		if !strings.HasPrefix(s.text, ".") {
			return strings.ToLower(name)
		}
		s.text = s.text[1:]
	}
}

// list reads names in brackets, if they come next.
func (s *scanner) list() []string {
	if !s.open() {
		return nil
	}
	var names []string
	for {
		names = append(names, s.name())
		if !s.comma() {
			s.word(")")
			return names
		}
	}
}

func (s *scanner) open() bool  { return s.word("(") }
func (s *scanner) comma() bool { return s.word(",") }

// values reads the values of a row up to the closing bracket.
func (s *scanner) values() ([]string, bool) {
	var cells []string
	for {
		cell, ok := s.value()
		if !ok {
			return nil, false
		}
		cells = append(cells, cell)
		if s.word(")") {
			return cells, true
		}
		if !s.comma() {
			return nil, false
		}
	}
}

// value reads a number, NULL, true, or quoted text, with its cast.
func (s *scanner) value() (string, bool) {
	s.space()
	escapes := s.word("e'")
	if !escapes && !s.word("'") {
		end := strings.IndexAny(s.text, ",)")
		if end <= 0 {
			return "", false
		}
		word := strings.TrimSpace(s.text[:end])
		s.text = s.text[end:]
		if strings.EqualFold(word, "null") {
			return Null, true
		}
		return word, true
	}
	var b strings.Builder
	for i := 0; i < len(s.text); i++ {
		switch {
		case escapes && s.text[i] == '\\' && i+1 < len(s.text):
			b.WriteString(uncopied(s.text[i : i+2]))
			i++
		case s.text[i] != '\'':
			b.WriteByte(s.text[i])
		case strings.HasPrefix(s.text[i:], "''"):
			b.WriteByte('\'')
			i++
		default:
			s.text = s.text[i+1:]
			s.cast()
			return b.String(), true
		}
	}
	return "", false
}

// cast skips ::date and the like.
func (s *scanner) cast() {
	if strings.HasPrefix(s.text, "::") {
		if end := strings.IndexAny(s.text, ",)"); end >= 0 {
			s.text = s.text[end:]
		}
	}
}

package main

import (
	"strings"
	"testing"
)

const goodKey = "0123456789abcdef0123456789abcdef"

func read(env map[string]string) (config, error) {
	return readConfig(func(name string) string { return env[name] })
}

func TestConfigDefaults(t *testing.T) {
	cfg, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.port != 8080 || cfg.database != "runnerdb.db" || cfg.baseURL != nil || cfg.trustProxy || len(cfg.sessionKeys) != 1 {
		t.Errorf("got %+v", cfg)
	}
}

// R093: nothing starts in production without good keys; scripts/secrets.sh looks
// for those that were given away.
func TestConfigInProduction(t *testing.T) {
	cfg, err := read(map[string]string{
		"PORT": "5000", "DATABASE_URL": "postgres://u:p@db.example.org/club", "BASE_URL": "https://runners.example.org/",
		"TRUST_PROXY": "1", "SESSION_KEYS": goodKey + ", " + strings.ToUpper(goodKey), "DYNO": "web.1",
	})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.port != 5000 || cfg.baseURL.Host != "runners.example.org" || !cfg.trustProxy || len(cfg.sessionKeys) != 2 || !cfg.production() {
		t.Errorf("got %+v", cfg)
	}
}

// Each mistake is one line that names the variable and the mend, and no
// secret.
func TestConfigMistakes(t *testing.T) {
	tests := []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"PORT": "http"}, "PORT"},
		{map[string]string{"METRICS_ADDR": ":9090"}, "METRICS_ADDR"},
		{map[string]string{"METRICS_ADDR": "127.0.0.1"}, "METRICS_ADDR"},
		{map[string]string{"METRICS_ADDR": "127.0.0.1:0"}, "METRICS_ADDR"},
		{map[string]string{"METRICS_ADDR": "127.0.0.1:8080"}, "METRICS_ADDR"},
		{map[string]string{"PORT": "0"}, "PORT"},
		{map[string]string{"PORT": "65536"}, "PORT"},
		{map[string]string{"DATABASE_URL": "mysql://u:geheim@h/d"}, "DATABASE_URL"},
		{map[string]string{"DATABASE_URL": "postgres://u:geheim@%zz/d"}, "DATABASE_URL"},
		{map[string]string{"DATABASE_URL": "postgres://"}, "DATABASE_URL"},
		{map[string]string{"DATABASE_URL": "/"}, "DATABASE_URL"},
		{map[string]string{"DYNO": "web.1"}, "DATABASE_URL"},
		{map[string]string{"DYNO": "web.1", "DATABASE_URL": "runnerdb.db"}, "DATABASE_URL"},
		{map[string]string{"BASE_URL": "runners.example.org"}, "BASE_URL"},
		{map[string]string{"BASE_URL": "ftp://runners.example.org"}, "BASE_URL"},
		{map[string]string{"BASE_URL": "https://runners.example.org/club"}, "BASE_URL"},
		{map[string]string{"TRUST_PROXY": "perhaps"}, "TRUST_PROXY"},
		{map[string]string{"BASE_URL": "https://runners.example.org"}, "SESSION_KEYS"},
		{map[string]string{"SESSION_KEYS": "geheim"}, "SESSION_KEYS"},
		{map[string]string{"SESSION_KEYS": goodKey + ","}, "SESSION_KEYS"},
		{map[string]string{"SESSION_KEYS": goodKey + "," + goodKey}, "SESSION_KEYS"},
		{map[string]string{"SESSION_KEYS": strings.Repeat("a", 32)}, "SESSION_KEYS"},
		{map[string]string{"SESSION_KEYS": "geheim-example-key-of-many-letters-000"}, "SESSION_KEYS"},
	}
	for _, test := range tests {
		_, err := read(test.env)
		if err == nil {
			t.Errorf("%v: want an error", test.env)
			continue
		}
		got := err.Error()
		if !strings.HasPrefix(got, test.want) || strings.Contains(got, "\n") || strings.Contains(got, "geheim") || strings.Contains(got, goodKey) {
			t.Errorf("%v: got %q", test.env, got)
		}
	}
}

func TestConfigTellsEveryMistake(t *testing.T) {
	_, err := read(map[string]string{"PORT": "x", "TRUST_PROXY": "x", "BASE_URL": "x"})
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("got %v, want three lines", err)
	}
}

func TestDemoTakesOnlyThePort(t *testing.T) {
	t.Setenv("PORT", "8123")
	t.Setenv("DATABASE_URL", "postgres://somebody:else@db.example.org/club")
	t.Setenv("BASE_URL", "https://runners.example.org")
	cfg, err := demoEnvironment()
	if err != nil || cfg.port != 8123 || cfg.database != demoFile || cfg.baseURL != nil {
		t.Errorf("got %+v, %v", cfg, err)
	}
}

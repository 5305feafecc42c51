package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// healthTimeout is how long a server that lives may take to say so.
const healthTimeout = 3 * time.Second

func healthCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "health",
		Short: "Ask the server on this machine whether it lives",
		Long: `Ask the server that listens on PORT on this machine whether it lives, for where
there is no other program to ask it, as in the container. The status is 1 when
it does not.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := environment()
			if err != nil {
				return err
			}
			address := fmt.Sprintf("http://127.0.0.1:%d/healthz", cfg.port)
			request, err := http.NewRequestWithContext(cmd.Context(), http.MethodGet, address, http.NoBody)
			if err != nil {
				return err
			}
			client := http.Client{Timeout: healthTimeout}
			response, err := client.Do(request)
			if err != nil {
				return fmt.Errorf("no server lives on port %d: %w", cfg.port, err)
			}
			if response.StatusCode != http.StatusOK {
				err = fmt.Errorf("%s answers %s", address, response.Status)
			}
			if closing := response.Body.Close(); err == nil {
				err = closing
			}
			return err
		},
	}
}

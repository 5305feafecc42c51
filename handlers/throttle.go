package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/queries"
)

// throttledError says how long to wait before the next guess.
type throttledError struct{ wait time.Duration }

func (e throttledError) Error() string { return "too many tries; wait " + e.wait.String() }

// seconds is the time to wait, for a machine.
func (e throttledError) seconds() string {
	return strconv.Itoa(max(1, int(math.Ceil(e.wait.Seconds()))))
}

// words is the time to wait, for a person.
func (e throttledError) words() string {
	minutes := max(1, int(math.Ceil(e.wait.Minutes())))
	if minutes == 1 {
		return "That was tried too often. Wait a minute, then try again."
	}
	return fmt.Sprintf("That was tried too often. Wait %d minutes, then try again.", minutes)
}

// guess lets look decide whether a password or token is right, unless there
// were too many wrong ones: throttledError. A wrong one is errWrongLogin.
func (s *Server) guess(c *fiber.Ctx, guess queries.Guess, look func(context.Context) (accounts.User, error)) (accounts.User, error) {
	ctx := c.UserContext()
	guess.By = s.actor(c)
	if guess.By.Name == "" {
		guess.By.Name = guess.Account
	}
	try, err := s.DB.BeginTry(ctx, guess, s.Throttle)
	if err != nil {
		return accounts.User{}, err
	}
	if try.Wait > 0 {
		return accounts.User{}, throttledError{try.Wait}
	}
	if err = pause(ctx, try.Delay); err != nil {
		return accounts.User{}, s.dropTry(ctx, try, err)
	}
	user, err := look(ctx)
	switch {
	case errors.Is(err, errWrongLogin):
		return user, errors.Join(err, s.DB.FailTry(ctx, try))
	case err != nil:
		return user, s.dropTry(ctx, try, err)
	}
	return user, s.DB.PassTry(ctx, try, user)
}

// dropTry takes back a try that something else than the guess has spoilt.
func (s *Server) dropTry(ctx context.Context, try queries.Try, cause error) error {
	if err := s.DB.DropTry(context.WithoutCancel(ctx), try); err != nil {
		s.Log.WarnContext(ctx, "try not taken back", slog.Any("error", err))
	}
	return cause
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

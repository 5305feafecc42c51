package handlers

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"runnerdb/components"
	"runnerdb/jobs"
	"runnerdb/queries"
)

const jobsPath = "/admin/jobs"

// startable are the jobs that can be started by hand, with what they are for.
var startable = []struct {
	job queries.NewJob
	why string
}{
	{jobs.Learn, "What predictions share, and how far off they are. It starts by itself when results have changed."},
	{jobs.Rebuild, "What searches are answered from. Only a change of the database by hand calls for it."},
	{jobs.Traces, "Whether anything is left of people who were erased. It starts by itself every week and after each erasure, and changes nothing."},
}

var jobNotices = map[string]string{
	"started":   "It begins as soon as the worker is free.",
	"cancelled": "The job is told to stop.",
	"resumed":   "It begins again as soon as the worker is free.",
}

var jobStates = map[queries.JobState]string{
	queries.JobWaiting: "waiting", queries.JobRunning: "under way", queries.JobDone: "done",
	queries.JobFailed: "failed", queries.JobCancelled: "cancelled",
}

// listJobs shows what goes on behind the pages, and what went on lately.
func (s *Server) listJobs(c *fiber.Ctx) error { return s.renderJobs(c, fiber.StatusOK, "") }

func (s *Server) renderJobs(c *fiber.Ctx, status int, problem string) error {
	number := pageParam(c)
	list, more, err := s.DB.Jobs(c.UserContext(), number)
	if err != nil {
		return err
	}
	props := components.JobsProps{
		Token: formTokenOf(c), Notice: jobNotices[c.Query("done")], Problem: problem, Days: queries.JobDays,
		URL: jobsPath + "?page=" + strconv.Itoa(number),
	}
	for _, kind := range startable {
		props.Start = append(props.Start, components.JobStart{Kind: kind.job.Kind, Title: kind.job.Title, Why: kind.why})
	}
	for _, job := range list {
		props.Rows = append(props.Rows, jobRow(job))
		props.Active = props.Active || !job.Ended()
	}
	props.PrevURL, props.NextURL = listAddress(jobsPath).pages(number, more)
	return s.render(c, status, page{
		title: "Jobs", nav: components.NavSignIn, body: components.JobsPage(props), fragment: components.JobList(props),
	})
}

func jobRow(job queries.Job) components.JobRow {
	row := components.JobRow{
		ID: strconv.FormatInt(job.ID, 10), Title: job.Title, State: jobStates[job.State], AskedBy: job.AskedBy,
		When: moment(time.UnixMilli(job.CreatedAt)), Result: job.Result,
		Stoppable: !job.Ended() && !job.Cancel, Running: job.State == queries.JobRunning,
		Done: strconv.FormatInt(min(job.Done, job.Total), 10), Total: strconv.FormatInt(job.Total, 10),
	}
	switch {
	case job.State == queries.JobRunning && job.Cancel:
		row.State = "stopping"
	case jobs.Interrupted(job):
		row.State, row.Running, row.Resumable = "interrupted", false, true
		row.Result = "The server stopped half-way, and nothing of it is half done. It begins again by itself within half a minute."
	case job.State == queries.JobDone:
		row.State = fmt.Sprintf("done in %v", roundTook(job.Took()))
	}
	if job.Attempts > 1 {
		row.Attempts = fmt.Sprintf("attempt %d", job.Attempts)
	}
	if row.Running && job.Total > 0 {
		row.Progress = fmt.Sprintf("%s of %s", grouped(int(min(job.Done, job.Total))), grouped(int(job.Total)))
	}
	return row
}

func roundTook(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return max(d.Round(100*time.Millisecond), 100*time.Millisecond)
	}
	return d.Round(time.Second)
}

// startJob starts one of the jobs that can be started by hand.
func (s *Server) startJob(c *fiber.Ctx) error {
	kind := formOf(c).Get("kind")
	for _, known := range startable {
		if known.job.Kind != kind {
			continue
		}
		_, err := s.DB.Enqueue(c.UserContext(), known.job, s.actor(c))
		if errors.Is(err, queries.ErrExists) {
			return s.renderJobs(c, fiber.StatusUnprocessableEntity, "That job is waiting or under way already.")
		}
		if err != nil {
			return err
		}
		return redirect(c, jobsPath+"?done=started")
	}
	return fiber.ErrBadRequest
}

// cancelJob asks a job to stop.
func (s *Server) cancelJob(c *fiber.Ctx) error {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return err
	}
	return s.steeredJob(c, s.DB.CancelJob(c.UserContext(), id, s.actor(c)), "cancelled", "That job had ended already.")
}

// resumeJob begins a job again at once whose process has died.
func (s *Server) resumeJob(c *fiber.Ctx) error {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return err
	}
	return s.steeredJob(c, s.DB.ResumeJob(c.UserContext(), id, jobs.LeftWhenInterrupted, s.actor(c)), "resumed", "That job goes on, or had ended already.")
}

// steeredJob leads back to the jobs and says what was done; or shows them and
// says why it was too late.
func (s *Server) steeredJob(c *fiber.Ctx, err error, done, late string) error {
	if errors.Is(err, queries.ErrStale) {
		return s.renderJobs(c, fiber.StatusUnprocessableEntity, late)
	}
	if err != nil {
		return err
	}
	return redirect(c, jobsPath+"?done="+done)
}

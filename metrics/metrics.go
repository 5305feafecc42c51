// Package metrics counts what a process does, for Prometheus to scrape at a
// private address. Labels hold route patterns, never URLs or anything about
// people.
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"runnerdb/queries"
)

// Metrics holds the metrics of one process. The methods of a nil *Metrics do
// nothing.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	inFlight prometheus.Gauge
	searches prometheus.Histogram
	jobs     *prometheus.HistogramVec
}

// Upper bounds of histogram buckets in seconds: of requests (the last is the
// request's deadline), searches and jobs.
var (
	answerBuckets = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
	searchBuckets = []float64{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1}
	jobBuckets    = []float64{0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600}
)

// New returns the metrics of a process that uses a database, labelled with the
// version and revision of the program.
func New(db *queries.DB, version, revision string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "runnerdb_request_duration_seconds", Help: "How long requests took.", Buckets: answerBuckets,
		}, []string{"route", "method", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "runnerdb_requests_in_flight", Help: "Requests under way."}),
		searches: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "runnerdb_search_duration_seconds", Help: "How long searches for names took.", Buckets: searchBuckets,
		}),
		jobs: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "runnerdb_job_duration_seconds", Help: "How long this process worked on jobs.", Buckets: jobBuckets,
		}, []string{"kind", "outcome"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "runnerdb_build_info", Help: "Always 1.", ConstLabels: prometheus.Labels{"version": version, "revision": revision},
	})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.inFlight, m.searches, m.jobs, build, pools{db},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Begun counts a request that has arrived. Answered must follow.
func (m *Metrics) Begun() {
	if m != nil {
		m.inFlight.Inc()
	}
}

// Answered counts a finished request by its route, such as /runners/:id.
func (m *Metrics) Answered(route, method string, status int, took time.Duration) {
	if m != nil {
		m.inFlight.Dec()
		m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
	}
}

// Searched records a search for a name.
func (m *Metrics) Searched(took time.Duration) {
	if m != nil {
		m.searches.Observe(took.Seconds())
	}
}

// Worked records a job and its outcome.
func (m *Metrics) Worked(kind, outcome string, took time.Duration) {
	if m != nil {
		m.jobs.WithLabelValues(kind, outcome).Observe(took.Seconds())
	}
}

// Handler serves all metrics in the format that Prometheus scrapes.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 10 * time.Second})
}

// pools collects the statistics of the database connection pools.
type pools struct{ db *queries.DB }

var (
	poolLabels = []string{"pool"}
	openDesc   = prometheus.NewDesc("runnerdb_db_connections_open", "Connections to the database.", poolLabels, nil)
	inUseDesc  = prometheus.NewDesc("runnerdb_db_connections_in_use", "Connections at work.", poolLabels, nil)
	mostDesc   = prometheus.NewDesc("runnerdb_db_connections_max", "The most connections that may be open.", poolLabels, nil)
	waitsDesc  = prometheus.NewDesc("runnerdb_db_waits_total", "How often a connection had to be waited for.", poolLabels, nil)
	waitedDesc = prometheus.NewDesc("runnerdb_db_wait_seconds_total", "How long connections were waited for.", poolLabels, nil)
)

func (p pools) Describe(descs chan<- *prometheus.Desc) { prometheus.DescribeByCollect(p, descs) }

func (p pools) Collect(metrics chan<- prometheus.Metric) {
	for _, pool := range p.db.Pools() {
		for _, gauge := range []struct {
			desc  *prometheus.Desc
			value int
		}{{openDesc, pool.Open}, {inUseDesc, pool.InUse}, {mostDesc, pool.Most}} {
			metrics <- prometheus.MustNewConstMetric(gauge.desc, prometheus.GaugeValue, float64(gauge.value), pool.Name)
		}
		metrics <- prometheus.MustNewConstMetric(waitsDesc, prometheus.CounterValue, float64(pool.Waits), pool.Name)
		metrics <- prometheus.MustNewConstMetric(waitedDesc, prometheus.CounterValue, pool.Waited.Seconds(), pool.Name)
	}
}

import { labels, list, numberOf, record, sampleValue, text } from './read.ts';
import type { Alert, Count, DroppedTarget, HeadStats, Rule, RuleGroup, Target } from './types.ts';

// Targets, rules, alerts and head statistics (Prometheus HTTP API, "Targets" to "TSDB Stats").

export function readTargets(data: unknown): { active: Target[]; dropped: DroppedTarget[]; droppedCount: number } {
  const raw = record(data, 'the targets');
  const dropped = list(raw['droppedTargets'], 'dropped targets').map((one) => ({
    discovered: labels(record(one, 'a target')['discoveredLabels']),
  }));
  const counts = raw['droppedTargetCounts'];
  // since 2.49 the counts say what the list leaves out
  const counted =
    typeof counts === 'object' && counts !== null ? Object.values(counts).reduce((sum: number, one) => sum + (numberOf(one) ?? 0), 0) : 0;
  return { active: list(raw['activeTargets'], 'active targets').map(readTarget), dropped, droppedCount: Math.max(dropped.length, counted) };
}

function readTarget(value: unknown): Target {
  const raw = record(value, 'a target');
  return {
    labels: labels(raw['labels']),
    pool: text(raw['scrapePool']),
    url: text(raw['scrapeUrl']),
    health: text(raw['health']) || 'unknown',
    lastError: text(raw['lastError']),
    lastScrape: text(raw['lastScrape']),
    lastScrapeDuration: numberOf(raw['lastScrapeDuration']),
    interval: text(raw['scrapeInterval']),
    timeout: text(raw['scrapeTimeout']),
  };
}

export function readAlert(value: unknown): Alert {
  const raw = record(value, 'an alert');
  const shown = raw['value'];
  return {
    labels: labels(raw['labels']),
    annotations: labels(raw['annotations']),
    state: text(raw['state']) || 'unknown',
    activeAt: text(raw['activeAt']),
    value: typeof shown === 'string' && shown !== '' ? sampleValue(shown) : Number.NaN,
  };
}

function readRule(value: unknown): Rule {
  const raw = record(value, 'a rule');
  const alerting = raw['type'] === 'alerting';
  return {
    type: alerting ? 'alerting' : 'recording',
    name: text(raw['name']),
    promql: text(raw['query']),
    health: text(raw['health']) || 'unknown',
    lastError: text(raw['lastError']),
    evaluationTime: numberOf(raw['evaluationTime']),
    lastEvaluation: text(raw['lastEvaluation']),
    labels: labels(raw['labels']),
    state: alerting ? text(raw['state']) : undefined,
    forSeconds: alerting ? (numberOf(raw['duration']) ?? 0) : undefined,
    annotations: labels(raw['annotations']),
    alerts: list(raw['alerts'], 'alerts of a rule').map(readAlert),
  };
}

export function readRuleGroup(value: unknown): RuleGroup {
  const raw = record(value, 'a rule group');
  return {
    name: text(raw['name']),
    file: text(raw['file']),
    interval: numberOf(raw['interval']),
    rules: list(raw['rules'], 'rules').map(readRule),
  };
}

function readCounts(value: unknown): Count[] {
  return list(value, 'counts').map((one) => {
    const raw = record(one, 'a count');
    // VictoriaMetrics writes counts as they come, Mimir as strings
    return { name: text(raw['name']), value: typeof raw['value'] === 'string' ? Number(raw['value']) : (numberOf(raw['value']) ?? 0) };
  });
}

export function readHeadStats(data: unknown): HeadStats {
  const raw = record(data, 'the head statistics');
  const head = raw['headStats'] === undefined ? {} : record(raw['headStats'], 'the head');
  // the head of an empty database has the extremes of int64 for its times
  const time = (value: unknown): number | undefined => {
    const ms = numberOf(value);
    return ms === undefined || Math.abs(ms) > 8.64e15 ? undefined : ms / 1000;
  };
  return {
    // VictoriaMetrics has totals beside the tables instead of a head
    series: numberOf(head['numSeries']) ?? numberOf(raw['totalSeries']),
    labelPairs: numberOf(head['numLabelPairs']) ?? numberOf(raw['totalLabelValuePairs']),
    chunks: numberOf(head['chunkCount']),
    minTime: time(head['minTime']),
    maxTime: time(head['maxTime']),
    seriesByMetric: readCounts(raw['seriesCountByMetricName']),
    valuesByLabel: readCounts(raw['labelValueCountByLabelName']),
    memoryByLabel: readCounts(raw['memoryInBytesByLabelName']),
    seriesByPair: readCounts(raw['seriesCountByLabelValuePair']),
  };
}

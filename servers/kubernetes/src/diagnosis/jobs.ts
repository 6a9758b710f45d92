import { oneLine } from '../report/text.ts';
import type { Cause } from './cause.ts';
import type { CronJob, Workload } from './objects.ts';
import { getCall } from './pod-cause.ts';
import { everMet } from './schedule.ts';
import { keyOf, type World } from './world.ts';

const DAY = 24 * 60;

/** Jobs that have failed or are held. */
export function jobCauses(world: World): Cause[] {
  return world.all('Job').flatMap((job): Cause[] => {
    const { namespace, name } = job.metadata;
    const key = keyOf('Job', namespace, name);
    const label = world.label(key);
    if (job.spec.suspend === true)
      return [
        {
          cause: 'job_suspended',
          title: `${label} is suspended`,
          confidence: 'certain',
          object: key,
          evidence: [`${label}: spec.suspend is true.`],
          remedy: 'Set suspend to false.',
          next: getCall(key),
          informational: true,
        },
      ];
    const failed = job.status?.conditions?.find(({ type, status }) => type === 'Failed' && status === 'True');
    if (failed === undefined) return [];
    const late = failed.reason === 'DeadlineExceeded';
    const past = world.minutes(failed.lastTransitionTime) > DAY && failed.lastTransitionTime !== undefined;
    const [pod] = world.podsOf(key);
    return [
      {
        cause: late ? 'job_deadline_exceeded' : 'job_failed',
        title: late
          ? `${label} was ended because it took longer than activeDeadlineSeconds`
          : `${label} has failed for good: its pods failed ${job.status?.failed ?? 0} times`,
        confidence: 'certain',
        object: key,
        evidence: [`${label}: ${failed.reason ?? 'Failed'}: ${oneLine(failed.message ?? '')}`],
        remedy: late ? 'Give it more time, or make it faster.' : 'Mend what its pods fail of, then make the Job anew.',
        next: pod ? { tool: 'pods_log', arguments: { namespace, name: pod.metadata.name } } : getCall(key),
        because: [key],
        ...(past || superseded(world, job, failed.lastTransitionTime) ? { informational: true } : {}),
      },
    ];
  });
}

/** Whether a later Job of the same CronJob went well. */
function superseded(world: World, job: Workload, failedAt: string | undefined): boolean {
  const owner = world.ownerOf('Job', job);
  if (!owner.startsWith('CronJob/')) return false;
  const cron = world.all('CronJob').find(({ metadata }) => keyOf('CronJob', metadata.namespace, metadata.name) === owner);
  return Date.parse(cron?.status?.lastSuccessfulTime ?? '') > Date.parse(failedAt ?? '');
}

/** CronJobs that start nothing. */
export function cronCauses(world: World): Cause[] {
  return world.all('CronJob').flatMap((cron) => {
    const { namespace, name } = cron.metadata;
    const key = keyOf('CronJob', namespace, name);
    const found = cronCause(world, cron, key);
    return found === undefined ? [] : [{ object: key, next: getCall(key), confidence: 'certain' as const, ...found }];
  });
}

type Found = Pick<Cause, 'cause' | 'title' | 'evidence' | 'remedy'> & Partial<Cause>;

function cronCause(world: World, { spec, status = {}, metadata }: CronJob, key: string): Found | undefined {
  const label = world.label(key);
  const last = status.lastScheduleTime === undefined ? 'it has never run' : `it last ran at ${status.lastScheduleTime}`;
  if (spec.suspend === true)
    return {
      cause: 'cronjob_suspended',
      title: `${label} is suspended, so it starts no Jobs`,
      evidence: [`${label}: spec.suspend is true; ${last}.`],
      remedy: 'Set suspend to false.',
      informational: true,
    };
  if (!everMet(spec.schedule))
    return {
      cause: 'cronjob_never_runs',
      title: `${label} never runs: no time meets its schedule`,
      evidence: [`${label}: spec.schedule is "${spec.schedule}"; ${last}.`],
      remedy: 'Correct the schedule (minute, hour, day of month, month, day of week).',
    };
  const event = world.recent(
    key,
    /^(?:TooManyMissedTimes|UnknownTimeZone|UnparseableSchedule|InvalidSchedule|MissSchedule|FailedNeedsStart)$/,
    120,
  );
  if (event !== undefined)
    return {
      cause: /Unknown|Unparse|Invalid/.test(event.reason) ? 'cronjob_never_runs' : 'cronjob_missed',
      title: `${label} does not start when it should`,
      evidence: [world.said(event)],
      remedy: 'Correct schedule and timeZone, or set startingDeadlineSeconds.',
    };
  const [active] = status.active ?? [];
  if (spec.concurrencyPolicy === 'Forbid' && active !== undefined) {
    const job = keyOf('Job', metadata.namespace, active.name);
    const passed = world.recent(key, /^JobAlreadyActive$/, 120);
    const running = world.all('Job').find(({ metadata: { namespace, name } }) => keyOf('Job', namespace, name) === job);
    const began = running?.status?.startTime ?? running?.metadata.creationTimestamp;
    // a Job that began after a time was passed over is the next one: that time was for another
    if (passed === undefined || Date.parse(began ?? '') > passed.last) return undefined;
    return {
      cause: 'cronjob_blocked',
      title: `${label} starts nothing because ${world.label(job)} still runs`,
      evidence: [`${label}: concurrencyPolicy is Forbid and ${active.name} is active.`, world.said(passed)],
      remedy: 'See why that Job does not end.',
      next: getCall(job),
      because: [job],
    };
  }
  return undefined;
}

import { secretText } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import { durationSeconds } from './words/duration.ts';

const SOURCE_NAME = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;

const baseUrl = z.string().superRefine((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const problem =
    url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')
      ? 'must be an http or https URL, for example http://127.0.0.1:9090'
      : url.username !== '' || url.password !== ''
        ? 'must not carry a user name or password: set auth.username and auth.password (or auth.bearer) instead, as { "$env": "NAME" } or { "$file": "path" }'
        : url.search !== '' || url.hash !== ''
          ? 'must end with its path: no query and no fragment; fields such as a tenant belong in headers or orgId'
          : undefined;
  // the text itself is not repeated: it may hold a password
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

const Auth = z
  .strictObject({
    bearer: secretText().optional().describe('Token for Authorization: Bearer; give it as { "$env": … } or { "$file": … }.'),
    username: z.string().min(1).optional().describe('User name for Authorization: Basic.'),
    password: secretText().optional().describe('Password for Authorization: Basic; give it as { "$env": … } or { "$file": … }.'),
  })
  .superRefine((auth, context) => {
    const basic = auth.username !== undefined || auth.password !== undefined;
    if (basic && (auth.username === undefined || auth.password === undefined))
      context.addIssue({ code: 'custom', message: 'needs both username and password' });
    if (basic && auth.bearer !== undefined) context.addIssue({ code: 'custom', message: 'takes either bearer or username and password' });
    if (auth.username?.includes(':') === true)
      context.addIssue({ code: 'custom', path: ['username'], message: 'must not hold a colon (RFC 7617)' });
  });

const Tls = z.strictObject({
  ca: z.string().optional().describe('Authority that the certificate is checked against, PEM; give it as { "$file": … }.'),
  cert: z.string().optional().describe('Client certificate, PEM.'),
  key: secretText().optional().describe('Private key of the client certificate, PEM.'),
  rejectUnauthorized: z.boolean().optional().describe('False accepts any certificate: for tests only.'),
});

const Endpoint = {
  url: baseUrl.describe('Base URL with its path prefix if it has one, e.g. https://mimir.example.com/prometheus.'),
  auth: Auth.optional(),
  headers: z.record(z.string(), secretText()).optional().describe('Further header fields of every request to this origin.'),
  tls: Tls.optional(),
};

const duration = z.string().refine((text) => (durationSeconds(text) ?? 0) > 0, 'must be a duration such as 30s or 1m');

export const SourceConfig = z.strictObject({
  ...Endpoint,
  description: z.string().max(200).optional().describe('What this source holds; the model sees it.'),
  orgId: z.string().min(1).optional().describe('Tenant for Mimir, Cortex or Loki-style gateways: the X-Scope-OrgID field.'),
  scrapeInterval: duration.optional().describe('The usual scrape interval. Read from the server where it tells; then needless.'),
  timeoutMs: z
    .number()
    .int()
    .min(100)
    .max(600_000)
    .default(30_000)
    .describe('Milliseconds for one answer unless a call asks for another time.'),
  maxResponseBytes: z
    .number()
    .int()
    .min(10_000)
    .max(256 * 1024 * 1024)
    .default(16 * 1024 * 1024)
    .describe('Bytes of one answer; a larger one is refused.'),
  alertmanager: z.strictObject(Endpoint).optional().describe('The Alertmanager whose silences belong to this source.'),
});

export type SourceSettings = z.output<typeof SourceConfig>;
export type EndpointSettings = Pick<SourceSettings, 'url' | 'auth' | 'headers' | 'tls'>;

export const PrometheusConfig = z
  .strictObject({
    sources: z
      .record(z.string().regex(SOURCE_NAME, 'must be lower-case letters, digits, dots, hyphens or underscores'), SourceConfig)
      .default({})
      .describe('Prometheus servers, or what speaks their HTTP API, by name.'),
    defaultSource: z
      .string()
      .optional()
      .describe('The source of calls that name none. By default the one called "default", or the only one.'),
    alertPollSeconds: z.number().min(1).max(3600).default(15).describe('How often a subscribed list of alerts is looked at.'),
  })
  .superRefine((config, context) => {
    if (config.defaultSource !== undefined && !Object.hasOwn(config.sources, config.defaultSource)) {
      context.addIssue({ code: 'custom', path: ['defaultSource'], message: 'names no entry of sources' });
    }
  });

export type PrometheusSettings = z.output<typeof PrometheusConfig>;

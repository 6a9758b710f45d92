export { createLog, LOG_LEVELS, type Log, type LogLevel, type LogOptions, type RootLog } from './log.ts';
export { isSecretName, redactText, redactValue } from './redact.ts';

import { ToolError } from '../../contracts/error.ts';

export interface ConfigProblem {
  /** Such as `servers.docker.hosts[0]`; empty for the whole. */
  path: string;
  message: string;
  /** Where the value came from: a file, a variable, the command line. */
  source?: string;
}

/** Everything that is wrong with a configuration, at once. `message` is ready to print and holds no value of the configuration. */
export class ConfigError extends ToolError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super('invalid_input', printProblems(problems), { hint: 'Correct what is named and start again.', details: { problems } });
    this.problems = problems;
  }
}

function printProblems(problems: readonly ConfigProblem[]): string {
  const line = ({ path, message, source }: ConfigProblem) =>
    `${path === '' ? '' : `${path}: `}${message}${source === undefined ? '' : ` (${source})`}`;
  if (problems.length === 1 && problems[0] !== undefined) return `The configuration has a problem: ${line(problems[0])}`;
  return [`The configuration has ${problems.length} problems:`, ...problems.map((one) => `  ${line(one)}`)].join('\n');
}

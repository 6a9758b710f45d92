import { ToolError } from '../../contracts/index.ts';
import { type Stage, targetOf } from '../call.ts';
import { splitExtras } from '../extra-arguments.ts';

/** Far beyond any real argument, far below what would exhaust a recursive reader. */
const MAX_DEPTH = 100;

/** Checks the arguments and settles the call's effect. Added arguments are taken out first. */
export const validateStage: Stage = async (call, next) => {
  const target = targetOf(call);
  if (call.args === null || typeof call.args !== 'object' || Array.isArray(call.args)) {
    throw new ToolError('invalid_input', 'The arguments must be an object.', { hint: 'Send {"name": value, …}.' });
  }
  if (deeperThan(call.args, MAX_DEPTH))
    throw new ToolError('invalid_input', `The arguments are nested deeper than ${MAX_DEPTH} levels.`, { hint: 'Send a flatter value.' });
  const { own, extras } = splitExtras(target.extras, call.args);
  call.args = own;
  call.extras = extras;
  call.input = target.validate(own);
  call.effect = target.effectWith(own);
  return next();
};

function deeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((inner) => deeperThan(inner, levels - 1));
}

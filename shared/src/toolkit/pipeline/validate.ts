import { ToolError } from '../../contracts/index.ts';
import { type Stage, targetOf } from '../call.ts';
import { splitExtras } from '../extra-arguments.ts';

/** Checks the arguments and settles the call's effect. Added arguments are taken out first. */
export const validateStage: Stage = async (call, next) => {
  const target = targetOf(call);
  if (call.args === null || typeof call.args !== 'object' || Array.isArray(call.args)) {
    throw new ToolError('invalid_input', 'The arguments must be an object.', { hint: 'Send {"name": value, …}.' });
  }
  const { own, extras } = splitExtras(target.extras, call.args);
  call.args = own;
  call.extras = extras;
  call.input = target.validate(own);
  call.effect = target.effectWith(own);
  return next();
};

import { defineResource, type ToolContext } from '@deployment-engine/shared/toolkit';
import { type Deps, READ } from '../tools/inputs.ts';
import { describeMetric } from '../metric.ts';
import { beginning, metricNames } from './complete.ts';

export const metricResource = defineResource({
  uri: 'prometheus://{source}/metrics/{name}',
  name: 'metric',
  title: 'A metric',
  description: 'Type, unit, help, labels and number of series of one metric, as JSON.',
  mimeType: 'application/json',
  scopes: READ,
  async read({ source = '', name = '' }, { deps, signal }: ToolContext<Deps>) {
    return { text: JSON.stringify(await describeMetric(deps.prometheus.get(source), name, signal), null, 2) };
  },
  complete(variable, typed, { deps, signal }) {
    if (variable === 'source') return beginning(deps.prometheus.names, typed);
    return variable === 'name' ? metricNames(deps.prometheus, undefined, typed, signal) : [];
  },
});

/** A condition on a label (meta/v1; core/v1 for nodes). */
export interface Requirement {
  key: string;
  /** In, NotIn, Exists, DoesNotExist; for nodes also Gt and Lt. */
  operator: string;
  values?: string[];
}

/** LabelSelector (meta/v1): all conditions must be met; one without any fits all. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: Requirement[];
}

type Labels = Readonly<Record<string, string>>;

export function carries(labels: Labels | undefined, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels?.[key] === value);
}

/** Whether labels meet a condition. An operator that is not known is met by none. */
export function meets(labels: Labels, { key, operator, values = [] }: Requirement): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels = {}): boolean {
  return carries(labels, matchLabels) && matchExpressions.every((one) => meets(labels, one));
}

/** A selector in the words of a query. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const list = (values: string[] = []): string => `(${values.join(',')})`;
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) =>
      operator === 'Exists'
        ? key
        : operator === 'DoesNotExist'
          ? `!${key}`
          : `${key} ${operator === 'In' ? 'in' : 'notin'} ${list(values)}`,
    ),
  ].join(',');
}

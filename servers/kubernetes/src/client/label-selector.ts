/** A selector as objects hold it (meta/v1 LabelSelector). */
export interface LabelSelector {
  matchLabels?: Record<string, string> | null;
  matchExpressions?: { key: string; operator: string; values?: string[] | null }[] | null;
}

/** Whether labels fit. An empty selector fits everything; none at all fits nothing. */
export function fitsLabels(selector: LabelSelector | undefined | null, labels: Readonly<Record<string, string>> = {}): boolean {
  if (selector === undefined || selector === null) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values }) => {
      const value = labels[key];
      const isOne = value !== undefined && (values ?? []).includes(value);
      if (operator === 'In') return isOne;
      if (operator === 'NotIn') return !isOne;
      return (value !== undefined) === (operator === 'Exists');
    })
  );
}

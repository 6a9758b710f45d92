import type { z } from 'zod';
import { isTree, type Path } from './tree.ts';

type Schema = z.core.$ZodType;
type ObjectDef = z.core.$ZodObjectDef;

export interface UnknownName {
  path: Path;
  /** Names that the schema has there. */
  known: string[];
}

/** Finds members that no schema at their place knows, also where zod would drop them in silence. */
export function unknownNames(schema: Schema, value: unknown): UnknownName[] {
  const found: UnknownName[] = [];
  walk([schema], value, [], found);
  return found;
}

/** The names that objects may have at a path. */
export function knownNames(schema: Schema, path: Path): string[] {
  let schemas = [schema];
  for (const name of path) schemas = schemas.flatMap((one) => childSchemas(one, name));
  return [...new Set(schemas.flatMap(objectsOf).flatMap((one) => Object.keys(one.shape)))];
}

function walk(schemas: Schema[], value: unknown, path: Path, found: UnknownName[]): void {
  if (Array.isArray(value)) {
    value.forEach((one, at) =>
      walk(
        schemas.flatMap((schema) => childSchemas(schema, at)),
        one,
        [...path, at],
        found,
      ),
    );
    return;
  }
  if (!isTree(value)) return;
  const objects = schemas.flatMap(objectsOf);
  const open = objects.length === 0 || schemas.some(acceptsAnyName);
  for (const [name, one] of Object.entries(value)) {
    const below = schemas.flatMap((schema) => childSchemas(schema, name));
    if (below.length === 0 && !open)
      found.push({ path: [...path, name], known: [...new Set(objects.flatMap((object) => Object.keys(object.shape)))] });
    else walk(below, one, [...path, name], found);
  }
}

/** Sees through optional, default, union and the like to what can really stand there. */
function alternatives(schema: Schema): Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
    case 'success':
      return alternatives(def.innerType);
    case 'pipe':
      return alternatives(def.in);
    case 'lazy':
      return alternatives(def.getter());
    case 'union':
      return def.options.flatMap(alternatives);
    case 'intersection':
      return [...alternatives(def.left), ...alternatives(def.right)];
    default:
      return [schema];
  }
}

function objectsOf(schema: Schema): ObjectDef[] {
  return alternatives(schema)
    .map((one) => (one as z.core.$ZodTypes)._zod.def)
    .filter((def) => def.type === 'object');
}

function acceptsAnyName(schema: Schema): boolean {
  return alternatives(schema).some((one) => {
    const { def } = (one as z.core.$ZodTypes)._zod;
    if (def.type === 'object') return def.catchall !== undefined && def.catchall._zod.def.type !== 'never';
    return def.type === 'record' || def.type === 'any' || def.type === 'unknown' || def.type === 'custom' || def.type === 'transform';
  });
}

function childSchemas(schema: Schema, name: PropertyKey): Schema[] {
  return alternatives(schema).flatMap((one): Schema[] => {
    const { def } = (one as z.core.$ZodTypes)._zod;
    switch (def.type) {
      case 'object': {
        const child = Object.hasOwn(def.shape, name) ? def.shape[String(name)] : undefined;
        if (child !== undefined) return [child];
        return def.catchall === undefined || def.catchall._zod.def.type === 'never' ? [] : [def.catchall];
      }
      case 'record':
        return [def.valueType];
      case 'array':
        return [def.element];
      case 'tuple': {
        const item = def.items[Number(name)] ?? def.rest;
        return item === null || item === undefined ? [] : [item];
      }
      default:
        return [];
    }
  });
}

import type { Fields } from '../defaulting/pod-spec.ts';
import { duplicate, type FieldError, forbidden, required } from './field-error.ts';
import { checkName, dns1123Label } from './names.ts';

/** The field of a volume's source that says what it is made of, where that is required. */
const REQUIRED_FIELD: Record<string, string> = {
  secret: 'secretName',
  configMap: 'name',
  hostPath: 'path',
  persistentVolumeClaim: 'claimName',
};

/** Models kubernetes v1.34 pkg/apis/core/validation ValidateVolumes. */
export function validateVolumes(volumes: readonly Fields[], path: string): FieldError[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, i) => {
    const field = `${path}[${i}]`;
    const errors = validateSource(volume, field);
    const name = volume.name as string | undefined;
    if (!name) errors.push(required(`${field}.name`));
    else errors.push(...checkName(dns1123Label, name, `${field}.name`));
    if (name && names.has(name)) errors.push(duplicate(`${field}.name`, name));
    if (name) names.add(name);
    return errors;
  });
}

function validateSource(volume: Fields, field: string): FieldError[] {
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  if (sources.length === 0) return [required(field, 'must specify a volume type')];
  const [first = '', ...others] = sources;
  const errors = others.map((source) => forbidden(`${field}.${source}`, 'may not specify more than 1 volume type'));
  const needed = REQUIRED_FIELD[first];
  if (needed !== undefined && !volume[first][needed]) errors.unshift(required(`${field}.${first}.${needed}`));
  return errors;
}

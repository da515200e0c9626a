import { LabError } from '../../sim/core/errors.ts';
import { printTable } from '../../sim/report/kubectl/table.ts';
import { EXIT } from '../exit-codes.ts';
import { err, out } from '../streams.ts';

/** `probelab images build|list [NAME…]`. */
export async function imagesCommand(action: string, names: string[]): Promise<number> {
  if (action === 'build') {
    const { buildImages } = await import('../../containers/images/build.ts');
    const built = await buildImages({
      ...(names.length === 0 ? {} : { only: names }),
      onProgress: (line) => err(`${line}\n`),
    });
    const rows = built.flatMap((image) =>
      image.tags.map((tag) => [tag.name, megabytes(image.sizeBytes), image.built ? 'built' : 'unchanged']),
    );
    out(printTable({ headers: ['IMAGE', 'SIZE', 'STATE'], rows }));
    return EXIT.ok;
  }
  if (action !== 'list') throw new LabError('USAGE', `unknown action "${action}"`, { hint: 'Use build or list.' });
  const { listImages } = await import('../../containers/images/list.ts');
  const listed = await listImages();
  const rows = listed
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map(({ name, kind, present, sizeBytes, note }) => [
      name,
      kind,
      present ? 'yes' : 'no',
      sizeBytes === undefined ? '-' : megabytes(sizeBytes),
      note ?? '-',
    ]);
  out(printTable({ headers: ['IMAGE', 'KIND', 'PRESENT', 'SIZE', 'NOTE'], rows }));
  return EXIT.ok;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)}MB`;
}

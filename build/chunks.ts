import type { ChunkingContext, CodeSplittingGroup } from 'rolldown';

/**
 * A chunk of all that a module needs as soon as it is loaded: one file to read instead of dozens. What stands behind a
 * dynamic import is left out. Of several such chunks the one with the highest priority has what they share.
 */
export function chunkOf(name: string, entry: string, priority: number): CodeSplittingGroup {
  let needed: ReadonlySet<string> | undefined;
  return {
    priority,
    debugName: name,
    name: (id, graph) => {
      needed ??= closure(entry, graph);
      return needed.has(id) ? name : null;
    },
  };
}

function closure(entry: string, graph: ChunkingContext): Set<string> {
  const found = new Set<string>();
  const queue = [entry];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const info = found.has(id) ? null : graph.getModuleInfo(id);
    if (info === null) continue;
    found.add(id);
    queue.push(...info.importedIds);
  }
  return found;
}

import { expect, it } from 'vitest';
import { createLab } from '../lab.ts';
import { findObject } from './resource-name.ts';

it('finds objects of kinds that only the manifests know', async () => {
  const lab = await createLab();
  lab.start();
  lab.apply([
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'tcproutes.specs.smi-spec.io' },
    },
    {
      apiVersion: 'config.openservicemesh.io/v1alpha2',
      kind: 'MeshConfig',
      metadata: { name: 'm', namespace: 'osm-system' },
    },
  ]);
  for (const name of ['crd', 'customresourcedefinition', 'customresourcedefinitions.apiextensions.k8s.io']) {
    expect(findObject(lab.store, `${name}/tcproutes.specs.smi-spec.io`, undefined).object.kind).toBe(
      'CustomResourceDefinition',
    );
  }
  expect(findObject(lab.store, 'meshconfig/m', 'osm-system').object.kind).toBe('MeshConfig');
  expect(() => findObject(lab.store, 'crd/none', undefined)).toThrow(expect.objectContaining({ code: 'NotFound' }));
  expect(() => findObject(lab.store, 'widget/m', undefined)).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_RESOURCE' }),
  );
});

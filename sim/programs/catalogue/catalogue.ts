import { agnhost } from './agnhost.ts';
import { bookstore } from './bookstore.ts';
import { busybox } from './busybox.ts';
import { calico } from './calico.ts';
import { curl } from './curl.ts';
import { envoy } from './envoy.ts';
import { etcd } from './etcd.ts';
import { goproxy } from './goproxy.ts';
import type { ImageDescription } from './image.ts';
import { istio } from './istio.ts';
import { liveness } from './liveness.ts';
import { nacos } from './nacos.ts';
import { nginx } from './nginx.ts';
import { osmControlPlane } from './osm-control-plane.ts';
import { osmHealthcheck } from './osm-healthcheck.ts';
import { osmInit } from './osm-init.ts';
import { pause } from './pause.ts';
import { probeapp } from './probeapp.ts';

/** Every image that has a description. */
export const CATALOGUE: readonly ImageDescription[] = [
  agnhost,
  bookstore,
  busybox,
  ...calico,
  curl,
  envoy,
  etcd,
  goproxy,
  istio,
  liveness,
  ...nacos,
  nginx,
  ...osmControlPlane,
  osmHealthcheck,
  osmInit,
  pause,
  probeapp,
];

const byName = new Map(CATALOGUE.flatMap((image) => image.names.map((name) => [name, image] as const)));

/** The description of an image as a manifest names it (`docker.io/library/` may be left out); undefined if it has none. */
export function lookupImage(image: string): ImageDescription | undefined {
  const name = image
    .replace(/@.*$/, '')
    .replace(/^(?:docker\.io\/|index\.docker\.io\/)/, '')
    .replace(/^library\//, '');
  const repository = name.replace(/:[^/:]*$/, '');
  return byName.get(name) ?? byName.get(repository);
}

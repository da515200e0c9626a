import { describe, expect, test } from 'vitest';
import { yaml11Scalar, yaml12Scalar } from './yaml-scalar.ts';

describe('a plain scalar', () => {
  test.each<[string, unknown, unknown]>([
    // text, in a manifest (YAML 1.1, as kubectl), in a scenario (YAML 1.2)
    ['y', true, 'y'],
    ['Yes', true, 'Yes'],
    ['yEs', 'yEs', 'yEs'],
    ['off', false, 'off'],
    ['N', false, 'N'],
    ['true', true, true],
    ['FALSE', false, false],
    ['', null, null],
    ['~', null, null],
    ['Null', null, null],
    ['10', 10, 10],
    ['-3', -3, -3],
    ['010', 8, 10],
    ['0o10', 8, 8],
    ['0x1F', 31, 31],
    ['0b11', 3, '0b11'],
    ['09', 9, 9],
    ['8_080', 8080, '8_080'],
    ['1e1', 10, 10],
    ['5.5', 5.5, 5.5],
    ['.5', 0.5, 0.5],
    ['1.34.0', '1.34.0', '1.34.0'],
    ['12:30', '12:30', '12:30'],
    ['2001-12-14', '2001-12-14', '2001-12-14'],
    ['5s', '5s', '5s'],
    ['-', '-', '-'],
  ])('%j is %j to kubectl and %j in a scenario', (text, manifest, scenario) => {
    expect(yaml11Scalar(text)).toEqual(manifest);
    expect(yaml12Scalar(text)).toEqual(scenario);
  });
});

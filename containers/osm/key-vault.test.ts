import { describe, expect, it } from 'vitest';
import { KeyVault } from './key-vault.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array) => new TextDecoder().decode(content);

describe('a vault of keys', () => {
  const vault = new KeyVault();
  const key = '-----BEGIN PRIVATE KEY-----\nMIG$&HAgE\n-----END PRIVATE KEY-----\n';
  const standIn = vault.seal(key);

  it('gives a stand-in that says nothing of the key', () => {
    expect(standIn).toMatch(/^private key [0-9a-f-]{36}, kept in memory$/);
    expect(vault.seal(key)).not.toBe(standIn);
  });

  it('puts keys back, plain and base64, and leaves the rest', () => {
    expect(text(vault.reveal(bytes(standIn)))).toBe(key);
    const yaml = `a: ${btoa(standIn)}\nb: ä\n`;
    expect(text(vault.reveal(bytes(yaml)))).toBe(`a: ${btoa(key)}\nb: ä\n`);
    const other = bytes('nothing to see: private key 1, kept in memory');
    expect(vault.reveal(other)).toBe(other);
  });

  it('knows its own keys only', () => {
    expect(text(new KeyVault().reveal(bytes(standIn)))).toBe(standIn);
  });
});

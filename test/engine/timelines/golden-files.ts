import { readFileSync } from 'node:fs';

export const DEMO = new URL('../../../demo/cut/', import.meta.url);
export const GOLDEN = new URL('../../golden/timelines/', import.meta.url);

export const textIn = (folder: URL, name: string): string => readFileSync(new URL(name, folder), 'utf8');

export const jsonIn = <T>(folder: URL, name: string): T => JSON.parse(textIn(folder, name)) as T;

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { projectPath } from '../../../engine/io/project.js';
import { PORTS } from '../../../engine/protocol/messages.js';
import { packPlugin, writePlugin } from '../../../scripts/plugin.mjs';

/** The plugin as it is installed: its manifest, its files, and the zip that holds them. */
let folder: string;
let ccx: Buffer;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'segue-ccx-'));
	await writePlugin(join(folder, 'plugin'));
	packPlugin(join(folder, 'plugin'), join(folder, 'segue.ccx'));
	ccx = readFileSync(join(folder, 'segue.ccx'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Adobe's documentation of manifest version 5 asks for, of what we use; no key beside these. */
const icon = z.strictObject({
	width: z.number().int(),
	height: z.number().int(),
	path: z.string(),
	scale: z.array(z.number()),
	theme: z.array(z.enum(['all', 'lightest', 'light', 'medium', 'dark', 'darkest'])),
	species: z.array(z.enum(['generic', 'toolbar', 'pluginList'])).optional(),
});
const size = z.strictObject({ width: z.number().int().positive(), height: z.number().int().positive() });
const manifestShape = z.strictObject({
	manifestVersion: z.literal(5),
	id: z.string().regex(/^[\w.-]{1,}$/),
	name: z.string().min(3).max(45),
	version: z.string().regex(/^\d{1,2}\.\d{1,2}\.\d{1,2}$/),
	main: z.string(),
	host: z.strictObject({ app: z.literal('premierepro'), minVersion: z.literal('25.6.0') }),
	entrypoints: z.tuple([
		z.strictObject({
			type: z.literal('panel'),
			id: z.string(),
			label: z.strictObject({ default: z.string() }),
			minimumSize: size,
			maximumSize: size,
			preferredDockedSize: size,
			preferredFloatingSize: size,
			icons: z.array(icon),
		}),
	]),
	icons: z.array(icon),
	requiredPermissions: z.strictObject({
		network: z.strictObject({ domains: z.array(z.string()) }),
		webview: z.strictObject({ allow: z.literal('yes'), domains: z.array(z.string()) }),
		localFileSystem: z.literal('fullAccess'),
	}),
});

const manifest = () => manifestShape.parse(JSON.parse(readFileSync(join(folder, 'plugin', 'manifest.json'), 'utf8')));

test('the manifest has the shape of version 5 and the project’s version', () => {
	const { version } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8'));
	expect(manifest().version).toBe(version);
});

test('the manifest allows exactly the engine’s addresses, each with its port, and nothing else', () => {
	const { network, webview } = manifest().requiredPermissions;
	expect(network.domains).toEqual(PORTS.map(port => `ws://127.0.0.1:${port}`));
	expect(webview.domains).toEqual(PORTS.map(port => `http://127.0.0.1:${port}`));
});

test('every file that the manifest and the entry page name is there, icons at both sizes', () => {
	const { icons, entrypoints, main } = manifest();
	const page = readFileSync(join(folder, 'plugin', main), 'utf8');
	const scripts = [...page.matchAll(/<script src="([^"]+)"/g)].map(([, script]) => script!);
	expect(scripts).toEqual(['index.js']);
	const named = [...icons, ...entrypoints[0].icons].flatMap(({ path, scale, width, height }) =>
		scale.map(factor => ({
			path: factor === 1 ? path : path.replace(/\.png$/, `@${factor}x.png`),
			pixels: [width * factor, height * factor],
		})),
	);
	for (const script of scripts) expect(statSync(join(folder, 'plugin', script)).size).toBeGreaterThan(0);
	for (const { path, pixels } of named) {
		const png = readFileSync(join(folder, 'plugin', path));
		expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(pixels);
	}
});

test('the host script asks for Premiere in one place and for nothing that UXP lacks', () => {
	const script = readFileSync(join(folder, 'plugin', 'index.js'), 'utf8');
	expect(script.match(/require\("premierepro"\)/g)).toHaveLength(1);
	const required = new Set([...script.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name));
	expect([...required].sort()).toEqual(['fs', 'os', 'premierepro', 'uxp']);
	expect(script).not.toMatch(
		/\b(TextDecoder|TextEncoder|MutationObserver|queueMicrotask|localStorage|process\.|eval\()/,
	);
	const sources = readdirSync(projectPath('panel', 'host')).filter(
		name => name.endsWith('.ts') && !name.endsWith('.d.ts'),
	);
	const asking = sources.filter(name =>
		/require\('premierepro'\)/.test(readFileSync(projectPath('panel', 'host', name), 'utf8')),
	);
	expect(asking).toEqual(['premiere.ts']);
});

test('the package has its manifest at the root, no data descriptors and no folders apart, and holds every file as it is', () => {
	const names: string[] = [];
	let at = 0;
	while (ccx.readUInt32LE(at) === 0x04034b50) {
		const [flags, method, packed] = [ccx.readUInt16LE(at + 6), ccx.readUInt16LE(at + 8), ccx.readUInt32LE(at + 18)];
		const [name, extra] = [ccx.readUInt16LE(at + 26), ccx.readUInt16LE(at + 28)];
		const path = ccx.toString('utf8', at + 30, at + 30 + name);
		const data = ccx.subarray(at + 30 + name + extra, at + 30 + name + extra + packed);
		const file = method === 8 ? inflateRawSync(data) : data;
		expect(file.equals(readFileSync(join(folder, 'plugin', path)))).toBe(true);
		expect(ccx.readUInt32LE(at + 14)).toBe(crc32(file));
		names.push(path);
		expect(flags & 0b1000, 'data descriptor').toBe(0);
		expect([0, 8]).toContain(method);
		expect(packed).toBeGreaterThan(0);
		at += 30 + name + extra + packed;
	}
	expect(ccx.readUInt32LE(at)).toBe(0x02014b50);
	expect(names).toContain('manifest.json');
	expect(names.every(name => !name.endsWith('/') && !name.includes('\\') && !name.startsWith('/'))).toBe(true);
});

test('the same files make the same package', () => {
	packPlugin(join(folder, 'plugin'), join(folder, 'again.ccx'));
	expect(readFileSync(join(folder, 'again.ccx')).equals(ccx)).toBe(true);
});

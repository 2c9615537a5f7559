import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../../../../engine/io/server/server.js';
import { Uploads } from '../../../../engine/io/server/uploads.js';
import { Hosts } from '../../../../engine/jobs/hosts.js';
import { FakeEngine, fakeFiles } from '../../../support/fake-engine.js';
import { ask, type TestServer, TOKEN, testServer } from '../../../support/test-server.js';

let running: TestServer;
let port: number;
beforeAll(async () => {
	running = await testServer();
	port = running.server.port;
});
afterAll(() => running.close());

const bearer = { authorization: `Bearer ${TOKEN}` };
const cookie = () => ({ cookie: `other=1; segue-${port}=${TOKEN}` });
const code = (body: string): string => JSON.parse(body).error.code;

describe('who is let in', () => {
	test.each(['localhost', 'attacker.example', '127.0.0.1', '127.0.0.1:1'])(
		'1.2 the Host %s opens nothing, not even the page',
		async host => {
			for (const path of ['/', '/assets/index-1.js', '/media/cuts/there/picture', `/?token=${TOKEN}`]) {
				const reply = await ask(port, path, { ...bearer, host });
				expect([reply.status, code(reply.body)]).toEqual([403, 'unauthorised']);
			}
		},
	);

	test.each([
		{ origin: 'https://attacker.example' },
		{ origin: 'http://127.0.0.1:3000' },
		{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
		{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
	])('1.3 a foreign page (%j) gets nothing even where a browser sends the cookie along', async foreign => {
		for (const path of ['/', '/media/tracks/there/sound', '/assets/index-1.js']) {
			const headers: Record<string, string> = { ...cookie(), ...foreign };
			const reply = await ask(port, path, headers);
			expect([reply.status, code(reply.body)]).toEqual([403, 'unauthorised']);
			expect(Object.keys(reply.headers).filter(name => name.startsWith('access-control'))).toEqual([]);
		}
		const sent = await ask(port, '/uploads?name=a.mp4', { ...cookie(), ...foreign }, 'POST', 'bytes');
		expect(sent.status).toBe(403);
	});

	test('1.3 a link in a foreign page may open the page itself', async () => {
		const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
		expect((await ask(port, '/', headers)).status).toBe(200);
	});

	test('1.4 media and uploads ask for the token, the page does not', async () => {
		for (const headers of [{}, { authorization: 'Bearer guess' }, { cookie: `segue-${port}=guess` }]) {
			expect((await ask(port, '/media/tracks/there/sound', headers)).status).toBe(403);
			expect((await ask(port, '/uploads?name=a', headers, 'POST', 'x')).status).toBe(403);
			expect((await ask(port, '/', headers)).body).toContain('<title>Segue</title>');
		}
		expect((await ask(port, '/media/tracks/there/sound', bearer)).status).toBe(200);
		expect((await ask(port, '/media/tracks/there/sound', cookie())).status).toBe(200);
	});

	test('1.5 the link with the token sets a strict cookie and leaves the address bar', async () => {
		const reply = await ask(port, `/?token=${TOKEN}`);
		expect([reply.status, reply.headers.location]).toEqual([303, '/']);
		expect(reply.headers['set-cookie']).toEqual([`segue-${port}=${TOKEN}; Path=/; HttpOnly; SameSite=Strict`]);
		for (const wrong of ['/?token=guess', '/?token=', `/?token=${TOKEN}&token=${TOKEN}`]) {
			const refused = await ask(port, wrong);
			expect([refused.status, refused.headers['set-cookie']]).toEqual([403, undefined]);
		}
	});

	test('1.6 a client of another scheme brings the token itself: the cookie does not count for it', async () => {
		for (const origin of ['null', 'file://', 'uxp://plugin']) {
			expect((await ask(port, '/media/tracks/there/sound', { ...cookie(), origin })).status).toBe(403);
			expect((await ask(port, '/media/tracks/there/sound', { ...bearer, origin })).status).toBe(200);
		}
	});
});

describe('media', () => {
	test('8.1 a range gets its bytes, and one outside the file 416 with the size', async () => {
		const part = await ask(port, '/media/cuts/there/picture', { ...bearer, range: 'bytes=2-4' });
		expect([part.status, part.headers['content-range'], part.body]).toEqual([206, 'bytes 2-4/10', '234']);
		const tail = await ask(port, '/media/tracks/there/sound', { ...bearer, range: 'bytes=-3' });
		expect(tail.body).toBe('789');
		const outside = await ask(port, '/media/cuts/there/picture', { ...bearer, range: 'bytes=99-' });
		expect([outside.status, outside.headers['content-range'], code(outside.body)]).toEqual([
			416,
			'bytes */10',
			'bad-request',
		]);
	});

	test('8.1 an unknown id is not-found, a file that has gone file-missing', async () => {
		for (const path of ['/media/cuts/nobody/picture', '/media/cuts/nobody/poster', '/media/tracks/nobody/cover']) {
			const reply = await ask(port, path, bearer);
			expect([reply.status, code(reply.body)]).toEqual([404, 'not-found']);
		}
		const gone = await ask(port, '/media/tracks/gone/sound', bearer);
		expect([gone.status, code(gone.body)]).toEqual([404, 'file-missing']);
	});

	test('8.1 a cover carries its own type', async () => {
		const reply = await ask(port, '/media/tracks/there/cover', bearer);
		expect([reply.headers['content-type'], reply.body]).toEqual(['image/png', '\u0001\u0002\u0003']);
	});

	test('8.3 every answer forbids sniffing, framing and reading from elsewhere', async () => {
		for (const path of ['/', '/media/cuts/there/picture', '/media/cuts/nobody/picture', '/nowhere']) {
			const { headers } = await ask(port, path, bearer);
			expect(headers['x-content-type-options']).toBe('nosniff');
			expect(headers['cross-origin-resource-policy']).toBe('same-origin');
			expect(headers['content-security-policy']).toContain("default-src 'none'");
			expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
			expect(headers['x-powered-by']).toBeUndefined();
		}
	});

	test('no path leads out of the page’s folder', async () => {
		for (const path of ['/../media.mp4', '/%2e%2e/media.mp4', '/..%2fmedia.mp4', '/assets/..%5c..%5cmedia.mp4']) {
			const reply = await ask(port, path, bearer);
			expect(reply.status).toBeGreaterThanOrEqual(400);
			expect(reply.body).not.toContain('0123456789');
		}
	});
});

describe('uploads', () => {
	const uploads = () => readdir(join(running.folder, 'uploads'));

	test('8.2 a file arrives whole under a harmless name', async () => {
		const bytes = Buffer.alloc(300_000, 7);
		const name = encodeURIComponent('../../my "cut"\n.MP4');
		const reply = await ask(port, `/uploads?name=${name}`, bearer, 'POST', bytes);
		const { upload, name: kept } = JSON.parse(reply.body);
		expect(kept).toBe('my _cut__.MP4');
		expect(await readFile(join(running.folder, 'uploads', `${upload}-${kept}`))).toEqual(bytes);
	});

	test('8.2 an empty file is refused and leaves nothing', async () => {
		const before = await uploads();
		const reply = await ask(port, '/uploads?name=a.mp4', bearer, 'POST', '');
		expect([reply.status, code(reply.body)]).toEqual([422, 'file-empty']);
		expect(await uploads()).toEqual(before);
	});

	test('8.2 a file above the limit is refused and leaves nothing', async () => {
		const small = await testServer({ uploads: new Uploads(join(running.folder, 'small'), { file: 9, folder: 99 }) });
		const reply = await ask(small.server.port, '/uploads?name=a.mp4', bearer, 'POST', '0123456789');
		expect([reply.status, code(reply.body)]).toEqual([413, 'media-absurd']);
		expect(await readdir(join(running.folder, 'small'))).toEqual([]);
		await small.close();
	});

	test('the oldest uploads make room for new ones', async () => {
		const folder = join(running.folder, 'bounded');
		const bounded = await testServer({ uploads: new Uploads(folder, { file: 10, folder: 25 }) });
		for (const name of ['a', 'b', 'c', 'd']) {
			await ask(bounded.server.port, `/uploads?name=${name}`, bearer, 'POST', '0123456789');
		}
		const kept = (await readdir(folder)).map(name => name.split('-')[1]).sort();
		expect(kept).toEqual(['c', 'd']);
		await bounded.close();
	});
});

test('1.1 a taken port is passed over for the next, and none free is port-taken', async () => {
	const blocker = createServer();
	await new Promise<void>(resolve => blocker.listen(0, '127.0.0.1', resolve));
	const taken = (blocker.address() as AddressInfo).port;
	const options = {
		engine: new FakeEngine(),
		hosts: new Hosts(),
		files: fakeFiles('nothing'),
		uploads: new Uploads(join(running.folder, 'unused')),
		token: TOKEN,
		page: running.folder,
	};
	const next = await startServer({ ...options, ports: [taken, 0] });
	expect(next.port).not.toBe(taken);
	await next.close();
	await expect(startServer({ ...options, ports: [taken] })).rejects.toMatchObject({ code: 'port-taken' });
	blocker.close();
});

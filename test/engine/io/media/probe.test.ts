import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ffmpegMedia } from '../../../../engine/io/media/media.js';
import { childrenAlive, clipFolder, countedFrames, demo, inFolder, makeClip, variableRate } from './clips.js';

clipFolder();
const media = ffmpegMedia();

const BARS = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=2'];
const TONE = ['-f', 'lavfi', '-i', 'sine=440:d=2'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

describe('what a file says of itself', () => {
	test('the demo film is 72.5 s of 640 × 360 at 24 frames a second, without sound', async () => {
		expect(await media.probe(demo('cut/film.mp4'))).toMatchObject({
			duration: 72.5,
			video: { rate: { numerator: 24, denominator: 1 }, width: 640, height: 360, codec: 'h264' },
			audio: null,
		});
	});

	test('a demo track is sound without picture', async () => {
		const info = await media.probe(demo('music/hell.opus'));
		expect(info.video).toBeNull();
		expect(info.audio).toMatchObject({ sampleRate: 48_000, channels: 2, codec: 'opus' });
		expect(info.duration).toBeCloseTo(130, 1);
	});

	test.each([
		['24000/1001', 'mp4', H264],
		['24000/1001', 'mkv', H264],
		['30000/1001', 'mov', H264],
		['60000/1001', 'mkv', H264],
		['30000/1001', 'webm', ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8']],
		['25', 'avi', ['-c:v', 'mpeg4']],
		['50', 'ts', H264],
		['12', 'mp4', H264],
	])('a rate of %s comes back exact from .%s', async (rate, extension, codec) => {
		const source = ['-f', 'lavfi', '-i', `testsrc2=s=64x36:r=${rate}:d=4`];
		const path = makeClip(`rate-${rate.replace('/', '-')}.${extension}`, ...source, ...codec);
		const [numerator, denominator = 1] = rate.split('/').map(Number);
		expect((await media.probe(path)).video?.rate).toEqual({ numerator, denominator });
	});

	test('the average stands for a rate that varies', async () => {
		// Every frame of the first two seconds, every fifth of the next two.
		const select = "select='lt(t,2)+not(mod(n,5))'";
		const source = ['-f', 'lavfi', '-i', 'testsrc2=s=64x36:r=25:d=4', '-vf', select];
		const path = makeClip('vfr.mp4', ...source, ...variableRate(), ...H264);
		const { video, duration } = await media.probe(path);
		expect((video!.rate.numerator / video!.rate.denominator) * duration).toBeCloseTo(60, 6);
		expect(countedFrames(path)).toBe(60);
	});

	test('width and height are those of the upright picture', async () => {
		const flat = makeClip('flat.mp4', ...BARS, ...H264);
		const turned = inFolder('turned.mp4');
		const args = (option: string[]) => ['-v', 'error', '-y', ...option];
		// The option changed its place between versions of ffmpeg.
		const newer = spawnSync('ffmpeg', [...args(['-display_rotation', '90']), '-i', flat, '-c', 'copy', turned]);
		if (newer.status !== 0) {
			spawnSync('ffmpeg', [...args(['-i', flat]), '-c', 'copy', '-metadata:s:v', 'rotate=90', turned]);
		}
		expect((await media.probe(flat)).video).toMatchObject({ width: 320, height: 180 });
		expect((await media.probe(turned)).video).toMatchObject({ width: 180, height: 320 });
	});

	test('a cover is no video', async () => {
		const sound = makeClip('bare.mp3', ...TONE);
		const cover = makeClip('cover.png', '-f', 'lavfi', '-i', 'testsrc2=s=64x64', '-frames:v', '1');
		const maps = ['-map', '0:a', '-map', '1:v', '-c', 'copy', '-disposition:v', 'attached_pic'];
		const info = await media.probe(makeClip('covered.mp3', '-i', sound, '-i', cover, ...maps));
		expect(info.video).toBeNull();
		expect(info.audio?.codec).toBe('mp3');
	});

	test('the length of a file that states none is measured', async () => {
		const path = makeClip('live.webm', ...TONE, '-c:a', 'libopus', '-f', 'webm', '-live', '1');
		expect((await media.probe(path)).duration).toBeCloseTo(2, 1);
	});

	test('names that look like options, patterns, addresses or nonsense are read as files', async () => {
		const source = makeClip('plain.mp3', ...TONE);
		const names = [
			'-i.mp3',
			'a%03d.mp3',
			'it\'s "so".mp3',
			'new\nline.mp3',
			'ünï 音楽 🎵.mp3',
			'http:x.mp3',
			'a|b.mp3',
		];
		for (const name of names) {
			copyFileSync(source, inFolder(name));
			expect((await media.probe(inFolder(name))).audio?.codec, name).toBe('mp3');
		}
		// Relative, so that the name begins with what looks like an option.
		expect((await media.probe(relative(process.cwd(), inFolder('-i.mp3')))).audio?.codec).toBe('mp3');
	});
});

describe('a file that cannot be used is refused with its reason', () => {
	const refusal = async (path: string): Promise<string> =>
		media.probe(path).then(
			() => 'accepted',
			(error: { code: string }) => error.code,
		);
	const write = (name: string, content: string | Buffer) => {
		writeFileSync(inFolder(name), content);
		return inFolder(name);
	};

	test('missing', async () => {
		expect(await refusal(inFolder('nowhere.mp4'))).toBe('file-missing');
		expect(await refusal(`${demo('cut/film.mp4')}/inside.mp4`)).toBe('file-missing');
	});

	test('empty', async () => expect(await refusal(write('empty.mp4', ''))).toBe('file-empty'));

	test('a folder', async () => {
		mkdirSync(inFolder('folder.mp4'));
		expect(await refusal(inFolder('folder.mp4'))).toBe('media-unreadable');
	});

	test.each(['txt', 'mp3', 'mp4', 'wav', 'srt', 'aac'])('text called .%s', async extension => {
		const text = '1\n00:00:01,000 --> 00:00:02,000\nNot music.\n'.repeat(200);
		expect(await refusal(write(`text.${extension}`, text))).toBe('media-unreadable');
	});

	test('a still picture', async () => {
		const path = makeClip('picture.png', '-f', 'lavfi', '-i', 'testsrc2=s=64x64', '-frames:v', '1');
		expect(await refusal(path)).toBe('media-unreadable');
	});

	test('a playlist that names an address', async () => {
		const list = '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n';
		expect(await refusal(write('list.m3u8', list))).toBe('media-unreadable');
	});

	test('a film cut off before its index', async () => {
		const path = makeClip('late-index.mp4', ...BARS, ...H264);
		truncateSync(path, Math.floor(readFileSync(path).length / 2));
		expect(await refusal(path)).toBe('media-unreadable');
	});

	test('a film under Common Encryption', async () => {
		const key = [
			'-encryption_key',
			'76a6c65c5ea762046bd749a2e632ccbb',
			'-encryption_kid',
			'a7e61c373e219033c21091fa607bf3b8',
		];
		const path = makeClip('locked.mp4', ...BARS, ...H264, '-encryption_scheme', 'cenc-aes-ctr', ...key);
		expect(await refusal(path)).toBe('media-encrypted');
	});

	test('a track bought with protection', async () => {
		const bytes = readFileSync(makeClip('open.m4a', ...TONE, '-c:a', 'aac'));
		bytes.write('drms', bytes.indexOf('mp4a'), 'latin1');
		expect(await refusal(write('bought.m4p', bytes))).toBe('media-encrypted');
	});

	test('a size that cannot be', async () => {
		const bytes = readFileSync(makeClip('huge.avi', ...BARS, '-c:v', 'rawvideo', '-pix_fmt', 'yuv420p'));
		// Width in the stream format, which follows 'strf', its length and the header's length.
		bytes.writeInt32LE(60_000, bytes.indexOf('strf') + 12);
		expect(await refusal(write('huge.avi', bytes))).toBe('media-absurd');
	});

	test('a length that cannot be', async () => {
		const bytes = readFileSync(makeClip('long.mp4', ...TONE, '-c:a', 'aac'));
		// Movie, track and media headers all state it, version 0: time unit and length stand 12 and 16 bytes in.
		bytes.writeUInt32BE(1, bytes.indexOf('mdhd') + 16);
		bytes.writeUInt32BE(4_000_000_000, bytes.indexOf('mdhd') + 20);
		bytes.writeUInt32BE(1, bytes.indexOf('mvhd') + 16);
		bytes.writeUInt32BE(4_000_000_000, bytes.indexOf('mvhd') + 20);
		expect(await refusal(write('long.mp4', bytes))).toBe('media-absurd');
	});

	test('sound where a picture is asked for, and the reverse', async () => {
		const sound = media.pictures(demo('music/hell.opus'), { frames: true })[Symbol.asyncIterator]();
		await expect(sound.next()).rejects.toMatchObject({ code: 'no-video' });
		const picture = media.audio(demo('cut/film.mp4'), [16_000])[Symbol.asyncIterator]();
		await expect(picture.next()).rejects.toMatchObject({ code: 'no-audio' });
		await expect(media.loudness(demo('cut/film.mp4'))).rejects.toMatchObject({ code: 'no-audio' });
		await expect(media.still(demo('music/hell.opus'), 0, 64)).rejects.toMatchObject({ code: 'no-video' });
	});

	test('everything, where there is no ffmpeg', async () => {
		const without = ffmpegMedia(() => null);
		await expect(without.probe(demo('cut/film.mp4'))).rejects.toMatchObject({ code: 'ffmpeg-missing' });
	});

	test('none of them leaves a program behind', () => expect(childrenAlive()).toBe(0));
});

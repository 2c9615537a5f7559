import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createSpeechDetector, SPEECH_SAMPLE_RATE } from '../../../engine/features/speech.js';
import { ffmpegMedia } from '../../../engine/io/media/media.js';
import { projectPath } from '../../../engine/io/project.js';
import type { Span } from '../../../engine/time/time.js';

const heardIn = async (path: string): Promise<Span[]> => {
	const detector = createSpeechDetector();
	for await (const { samples } of ffmpegMedia().audio(path, [SPEECH_SAMPLE_RATE])) detector.push(samples);
	return detector.finish();
};

const total = (spans: readonly Span[]): number => spans.reduce((sum, { start, end }) => sum + end - start, 0);

test('finds every passage of the demo cut’s narration, and nothing else', async () => {
	const truth: { start_s: number; end_s: number }[] = JSON.parse(
		readFileSync(projectPath('demo', 'cut', 'cut.json'), 'utf8'),
	).speech;
	const found = await heardIn(projectPath('demo', 'cut', 'cut.mp4'));
	expect(found).toHaveLength(truth.length);
	truth.forEach(({ start_s, end_s }, k) => {
		// Windows are 1.5 s long, so a passage begins and ends by up to that much early or late.
		expect(Math.abs(found[k]!.start - start_s)).toBeLessThan(1.5);
		expect(Math.abs(found[k]!.end - end_s)).toBeLessThan(1.5);
	});
});

test.each(['celtic', 'west', 'musicbox', 'ezer-ev'])('takes no more than moments of %s for speech', async name => {
	expect(total(await heardIn(projectPath('demo', 'music', `${name}.opus`)))).toBeLessThan(4);
});

test('hears nobody in silence, a tone, or steady noise', () => {
	const sounds: ((k: number) => number)[] = [
		() => 0,
		k => 0.3 * Math.sin((2 * Math.PI * 500 * k) / SPEECH_SAMPLE_RATE),
		k => 0.2 * Math.sin(12.9898 * k * k),
	];
	for (const sound of sounds) {
		const detector = createSpeechDetector();
		detector.push(Float32Array.from({ length: 6 * SPEECH_SAMPLE_RATE }, (_, k) => sound(k)));
		expect(detector.finish()).toEqual([]);
	}
});

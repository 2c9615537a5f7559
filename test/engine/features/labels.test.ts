import { expect, test } from 'vitest';
import { trackLabels } from '../../../engine/features/labels.js';
import { MUSIC_TAGS } from '../../../engine/features/music-tag-names.js';
import { zeros32 } from '../../../engine/numeric/matrix.js';

/** Tags by name in each second; a name that both taggers know means the first one's. */
const tagsOf = (...seconds: Record<string, number>[]) => {
	const tags = zeros32(seconds.length, 100);
	seconds.forEach((second, r) => {
		for (const [name, value] of Object.entries(second)) tags.data[r * 100 + MUSIC_TAGS.indexOf(name)] = value;
	});
	return tags;
};

test('labels come strongest first, at most five, weak ones left out', () => {
	const tags = tagsOf({ piano: 0.4, slow: 0.5, harp: 0.09, quiet: 0.2, ambient: 0.3, soft: 0.15, sad: 0.11 });
	expect(trackLabels(tags)).toEqual(['slow', 'piano', 'ambient', 'quiet', 'soft']);
	expect(trackLabels(tagsOf({ harp: 0.09 }))).toEqual([]);
});

test('silence doesn’t dilute, the rest is a mean', () => {
	expect(trackLabels(tagsOf({ piano: 0.12 }, {}, {}, {}))).toEqual(['piano']);
	expect(trackLabels(tagsOf({ piano: 0.16 }, { harp: 0.22 }))).toEqual(['harp']);
	expect(trackLabels(tagsOf({}, {}))).toEqual([]);
	expect(trackLabels(tagsOf())).toEqual([]);
});

test('voices are no labels, and one word stands for what two taggers call differently', () => {
	const voices = {
		vocal: 1,
		'female vocal': 1,
		'no vocals': 1,
		opera: 1,
		'male vocalists': 1,
		instrumental: 1,
		man: 1,
	};
	expect(trackLabels(tagsOf({ ...voices, 'Hip-Hop': 0.3, beats: 0.2, beat: 0.25 }))).toEqual(['hip-hop', 'beat']);
});

test('a word that both taggers know is as strong as the surer one says', () => {
	const tags = tagsOf({ rock: 0.2, pop: 0.3 });
	tags.data[MUSIC_TAGS.lastIndexOf('rock')] = 0.4;
	expect(trackLabels(tags)).toEqual(['rock', 'pop']);
});

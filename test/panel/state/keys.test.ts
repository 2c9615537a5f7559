import { expect, test } from 'vitest';
import { keyCommand, type Stroke } from '../../../panel/state/keys.js';

const stroke = (key: string, more: Partial<Stroke> = {}): Stroke => ({
	key,
	modified: false,
	undoing: false,
	focus: 'elsewhere',
	covered: false,
	...more,
});

test('the whole loop works from the keyboard: suggest, walk, play, stop', () => {
	expect(['s', 'S', 'Enter', 'ArrowDown', 'ArrowUp', ' ', 'Escape'].map(key => keyCommand(stroke(key)))).toEqual([
		'suggest',
		'suggest',
		'suggest',
		'next',
		'previous',
		'play',
		'stop',
	]);
});

test('a control with the focus keeps the keys that work it, and leaves the rest to the page', () => {
	for (const key of ['Enter', ' ', 'ArrowDown', 'ArrowUp'])
		expect(keyCommand(stroke(key, { focus: 'control' }))).toBeNull();
	expect(keyCommand(stroke('s', { focus: 'control' }))).toBe('suggest');
});

test('what is typed into a text, or over a dialog, is no command', () => {
	for (const key of ['s', ' ', '/', '?', 'Escape', 'Enter']) {
		expect(keyCommand(stroke(key, { focus: 'text' }))).toBeNull();
		expect(keyCommand(stroke(key, { covered: true }))).toBeNull();
	}
});

test('strokes with Ctrl, Alt or the command key are the browser’s, but for undoing outside of a text', () => {
	expect(keyCommand(stroke('s', { modified: true }))).toBeNull();
	expect(keyCommand(stroke('z', { modified: true, undoing: true }))).toBe('undo');
	expect(keyCommand(stroke('z', { modified: true, undoing: true, focus: 'text' }))).toBeNull();
});

test('the keys of an editing program are left to it', () => {
	for (const key of ['j', 'k', 'l', 'i', 'o']) expect(keyCommand(stroke(key))).toBeNull();
});

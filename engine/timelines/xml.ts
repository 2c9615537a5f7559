import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { unreadable } from './unreadable.js';

/** An element of an XML text. */
export type XmlElement = {
	readonly name: string;
	readonly attributes: ReadonlyMap<string, string>;
	readonly children: readonly XmlElement[];
	/** Its own text, without that of its children, trimmed. */
	readonly text: string;
	/** Where it stands in the text: from its `<` to after its last `>`. */
	readonly start: number;
	readonly end: number;
};

/** Timelines that real programs write stay below thirty. */
const DEEPEST = 100;

/**
 * Reads an XML text. Declarations inside a document type are refused, so there are no entities but XML's own five and
 * numbered characters: nothing is fetched and nothing grows.
 *
 * @returns the root element
 * @throws EngineError 'timeline-unreadable'
 */
export const parseXml = (text: string): XmlElement => {
	const type = /<!DOCTYPE[^[>]*(\[)?/i.exec(text);
	if (type?.[1] !== undefined || /<!ENTITY/i.test(text)) {
		throw unreadable('The XML file declares its own entities or elements in its document type, which is refused.');
	}
	const fault = XMLValidator.validate(text);
	if (fault !== true) throw unreadable(`The XML file is damaged at line ${fault.err.line}: ${sentence(fault.err.msg)}`);

	const parser = new XMLParser({
		preserveOrder: true,
		ignoreAttributes: false,
		attributeNamePrefix: '',
		parseTagValue: false,
		parseAttributeValue: false,
		processEntities: false,
		ignoreDeclaration: true,
		ignorePiTags: true,
		captureMetaData: true,
		maxNestedTags: DEEPEST,
		jPath: false,
	});
	let parsed: unknown;
	try {
		parsed = parser.parse(text);
	} catch (cause) {
		const detail = cause instanceof Error ? cause.message : String(cause);
		throw unreadable(`The XML file can't be read: ${sentence(detail)}`, cause);
	}
	const root = elementsOf(parsed)[0];
	if (!root) throw unreadable('The XML file holds no element.');
	return root;
};

/** The first child of that name. */
export const childOf = (element: XmlElement, name: string): XmlElement | undefined =>
	element.children.find(child => child.name === name);

export const childrenOf = (element: XmlElement, name: string): XmlElement[] =>
	element.children.filter(child => child.name === name);

/** The text of the first child of that name; empty where there is none. */
export const textOf = (element: XmlElement, name: string): string => childOf(element, name)?.text ?? '';

/** Every element below this one, in the text's order. */
export function* descendants(element: XmlElement): Generator<XmlElement> {
	const waiting = [...element.children].reverse();
	for (let next = waiting.pop(); next; next = waiting.pop()) {
		yield next;
		for (let i = next.children.length - 1; i >= 0; i--) waiting.push(next.children[i]!);
	}
}

/** A text as it stands between tags or in quotes. */
export const escapeXml = (text: string): string =>
	text
		.replace(/&/g, '&amp;')
		.replace(/</g, '&lt;')
		.replace(/>/g, '&gt;')
		.replace(/"/g, '&quot;')
		// XML 1.0 has no way to write these at all.
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
		.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');

const POSITION = XMLParser.getMetaDataSymbol() as unknown as symbol;

/** The elements among the parser's nodes: `{ name: children, ':@': attributes, [POSITION]: where }`. */
const elementsOf = (nodes: unknown): XmlElement[] => {
	if (!Array.isArray(nodes)) return [];
	return nodes.flatMap(node => {
		const name = Object.keys(node).find(key => key !== ':@');
		if (name === undefined || name === '#text') return [];
		const content: unknown = node[name];
		const { startIndex = 0, endIndex = 0 } = node[POSITION] ?? {};
		return [
			{
				name,
				attributes: attributesOf(node[':@']),
				children: elementsOf(content),
				text: textIn(content),
				start: startIndex,
				end: endIndex,
			},
		];
	});
};

const attributesOf = (values: unknown): Map<string, string> =>
	new Map(Object.entries(values ?? {}).map(([name, value]) => [name, unescapeXml(String(value))]));

const textIn = (nodes: unknown): string =>
	Array.isArray(nodes)
		? unescapeXml(nodes.map(node => ('#text' in node ? String(node['#text']) : '')).join('')).trim()
		: '';

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescapeXml = (text: string): string =>
	text.includes('&')
		? text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, named) => {
				if (named !== undefined) return NAMED[named] ?? whole;
				const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
				return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
			})
		: text;

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

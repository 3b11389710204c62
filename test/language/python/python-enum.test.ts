import { describe, expect, it } from 'vitest';
import type { ParameterSchema } from '../../../src/domain/parameter/parameter.ts';
import { python } from '../../../src/language/python/python.ts';

const REGION =
  'from enum import Enum\nclass Region(Enum):\n    "Where."\n    NORTH = "north"\n    SOUTH = "south"\n    def text(self):\n        return self.value\n';
const region = {
  type: 'string',
  enum: ['NORTH', 'SOUTH'],
  'x-labels': ['north', 'south'],
  'x-class': 'Region',
} as const;
const read = (source: string, ...above: string[]): ParameterSchema | undefined =>
  python.readParameters(source, [...above, source])[0]?.schema;
const membersOf = (definition: string): unknown => read('x: Region', definition)?.enum;

describe('a parameter of an enumeration', () => {
  it.each<[string, unknown]>([
    ['x: Region = Region.NORTH', { ...region, default: 'NORTH' }],
    ['x = Region.NORTH', { ...region, default: 'NORTH' }],
    ['x = Region["SOUTH"]', { ...region, default: 'SOUTH' }],
    ['x: "Region"', region],
    ['x: Region | None = None', { ...region, type: ['string', 'null'], enum: ['NORTH', 'SOUTH', null], default: null }],
    ['x: list[Region] = [Region.NORTH]', { type: 'array', items: region, default: ['NORTH'] }],
    [
      'x: dict[Region, float] = {Region.NORTH: 1.0}',
      { type: 'object', 'x-keys': region, additionalProperties: { type: 'number' }, default: { NORTH: 1 } },
    ],
    ['x = Region("north")', { ...region, 'x-source': 'Region("north")' }],
    ['x: Region = "north"', { ...region, 'x-source': '"north"' }],
    ['x: Region = Region.EAST', { ...region, 'x-source': 'Region.EAST' }],
    ['x: str = Region.NORTH', { type: 'string', 'x-source': 'Region.NORTH' }],
    ['x = Region.NORTH.value', { 'x-source': 'Region.NORTH.value' }],
    ['x: Region | str = "a"', { type: ['string'], default: 'a' }],
    ['x = Region.NORTH #@param ["NORTH"]', { type: 'string', enum: ['NORTH'], 'x-class': 'Region', default: 'NORTH' }],
  ])('%s', (source, expected) => {
    expect(read(source, REGION)).toEqual(expected);
  });

  it('is known from its own cell, too', () => {
    expect(read(`${REGION}x = Region.SOUTH`)).toEqual({ ...region, default: 'SOUTH' });
  });

  it('is written as its member, looked up by a name that is never code', () => {
    expect(python.writeLiteral('SOUTH', region)).toBe('Region["SOUTH"]');
    expect(python.writeLiteral('"]; import os #', region)).toBe('Region["\\"]; import os #"]');
    expect(python.writeLiteral(['NORTH'], { type: 'array', items: region })).toBe('[Region["NORTH"]]');
    expect(python.writeLiteral({ NORTH: 1 }, { type: 'object', 'x-keys': region })).toBe('{Region["NORTH"]: 1}');
    expect(python.writeLiteral(null, region)).toBe('None');
  });
});

it('is never named by anything but a class', () => {
  expect(read('x: Annotated[str, Field(json_schema_extra={"x-class": "print", "x-group": "A"})] = "a"')).toEqual({
    type: 'string',
    'x-group': 'A',
    default: 'a',
  });
});

describe('the members of an enumeration', () => {
  it.each<[string, unknown]>([
    ['class Region(enum.IntEnum):\n  LOW = 1\n  HIGH: int = 2', ['LOW', 'HIGH']],
    ['@unique\nclass Region(str, Enum): A = "a"; B = auto()', ['A', 'B']],
    ['class Region(Enum):\n  A = 1\n  ALIAS = 1\n  _private = 2\n  note: str', ['A']],
    ['class Region(Enum): pass', undefined],
    ['class Region(Flag): A = 1', undefined],
    ['class Region(Base): A = 1', undefined],
    ['class Region(Enum, metaclass=Other): A = 1', undefined],
    ['class Region(Enum):\n  A, B = 1, 2', undefined],
    ['class Region(Enum):\n  A = B = 1', undefined],
    ['class Region(Enum):\n  A = timedelta(hours=1)\n  B = date(2024, 1, 1)', ['A', 'B']],
    ['class Region(Enum):\n  A = nonmember(1)', undefined],
    ['class Region(Enum):\n  A = lambda self: 1', undefined],
    ['class Region(Enum):\n  _ignore_ = "A"\n  A = 1', undefined],
    ['class Region(Enum):\n  for i in x: vars()[i] = i', undefined],
    ['from places import Region', undefined],
    ['%%bash\nclass Region(Enum): A = 1', undefined],
    ['class Region(Enum): A = 1\nRegion = None', undefined],
    ['class Region(Enum): A = 1\nif new:\n  from places import Region', undefined],
    ['class Region(Enum): A = 1\ndel Region', undefined],
    ['class Region(Enum): A = 1\nclass Region(Enum): B = 1', ['B']],
    ['%time\nclass Region(Enum): A = 1\nhome = Region.A', ['A']],
    ['class Region(Enum: A = 1', undefined],
  ])('%s', (definition, expected) => {
    expect(membersOf(definition)).toEqual(expected);
  });

  it('are called as their values where these are texts', () => {
    expect(read('x: R', 'class R(Enum): A = "one"; B = "two"')).toMatchObject({ 'x-labels': ['one', 'two'] });
    expect(read('x: R', 'class R(Enum): A = "one"; B = 2')).not.toHaveProperty('x-labels');
    expect(read('x: R', 'class R(Enum): A = "one"; B = ""')).not.toHaveProperty('x-labels');
  });
});

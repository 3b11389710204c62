import { describe, expect, it } from 'vitest';
import { python } from '../../../src/language/python/python.ts';

const one = (source: string): unknown => {
  const [first] = python.readParameters(source);
  return first === undefined ? undefined : { ...first.schema, ...(first.required ? { required: true } : {}) };
};

describe('a parameter’s default', () => {
  it.each([
    ['n = 5', { type: 'integer', default: 5 }],
    ['n = -5', { type: 'integer', default: -5 }],
    ['n = - +5', { type: 'integer', default: -5 }],
    ['n = (5)', { type: 'integer', default: 5 }],
    ['n = 0x1F', { type: 'integer', default: 31 }],
    ['n = 1_000_000', { type: 'integer', default: 1_000_000 }],
    ['n = 9223372036854775808', { type: 'integer', default: '9223372036854775808' }],
    ['n = -9223372036854775808', { type: 'integer', default: '-9223372036854775808' }],
    ['n = 0.5', { type: 'number', default: 0.5 }],
    ['n = 1.', { type: 'number', default: 1 }],
    ['n = .5e-3', { type: 'number', default: 0.0005 }],
    ['n = 1e400', { type: 'number', default: 'Infinity' }],
    ['n = -1e400', { type: 'number', default: '-Infinity' }],
    ['n = float("nan")', { type: 'number', default: 'NaN' }],
    ['n = True', { type: 'boolean', default: true }],
    ['n = None', { default: null }],
    ['n = "a"', { type: 'string', default: 'a' }],
    ['n = \'a\' "b"', { type: 'string', default: 'ab' }],
    ['n = """a\nb"""', { type: 'string', default: 'a\nb' }],
    ['n = r"\\d"', { type: 'string', default: '\\d' }],
    ['n = "\\x41\\u00e9\\U0001F600\\101\\n\\q"', { type: 'string', default: 'Aé😀A\n\\q' }],
    ['n = "\\ud800"', { type: 'string', default: '\ud800' }],
    ['n = b"a\\xc3\\xa9"', { type: 'string', 'x-native': 'bytes', default: 'aé' }],
    ['n = f"plain"', { type: 'string', default: 'plain' }],
    ['n = "2024-01-31"', { type: 'string', format: 'date', default: '2024-01-31' }],
    ['n: str = "2024-01-31"', { type: 'string', default: '2024-01-31' }],
    ['n = []', { type: 'array', default: [] }],
    ['n = [1, 2]', { type: 'array', items: { type: 'integer' }, default: [1, 2] }],
    ['n = [1, 2.5]', { type: 'array', items: { type: 'number' }, default: [1, 2.5] }],
    ['n = [1, "a", None]', { type: 'array', default: [1, 'a', null] }],
    ['n = (1,)', { type: 'array', items: { type: 'integer' }, 'x-native': 'tuple', default: [1] }],
    [
      'n = {1, 2}',
      { type: 'array', items: { type: 'integer' }, uniqueItems: true, 'x-native': 'set', default: [1, 2] },
    ],
    ['n = {"a": [1, {"b": None}]}', { type: 'object', default: { a: [1, { b: null }] } }],
    ['n = {"a": 1.0, "b": 2}', { type: 'object', additionalProperties: { type: 'number' }, default: { a: 1, b: 2 } }],
    [
      'n = {"a": date(2024, 1, 1)}',
      {
        type: 'object',
        additionalProperties: { type: 'string', format: 'date', 'x-native': 'date' },
        default: { a: '2024-01-01' },
      },
    ],
    ['n = {1: "a", 2: "b"}', { type: 'object', 'x-keys': { type: 'integer' }, default: { 1: 'a', 2: 'b' } }],
    [
      'n = {(1, 2): True}',
      {
        type: 'object',
        'x-keys': { type: 'array', items: { type: 'integer' }, 'x-native': 'tuple' },
        default: { '[1,2]': true },
      },
    ],
    ['n = date(2024, 2, 29)', { type: 'string', format: 'date', 'x-native': 'date', default: '2024-02-29' }],
    ['n = datetime.date(2024, 2, 29)', { type: 'string', format: 'date', 'x-native': 'date', default: '2024-02-29' }],
    [
      'n = dt.datetime(2024, 1, 31, 10, 5)',
      { type: 'string', format: 'date-time', 'x-native': 'datetime', default: '2024-01-31T10:05:00' },
    ],
    ['n = time(9, 30)', { type: 'string', format: 'time', 'x-native': 'time', default: '09:30:00' }],
    ['n = Path("a/b")', { type: 'string', 'x-native': 'path', default: 'a/b' }],
    ['n = Decimal("1.10")', { type: 'number', 'x-native': 'decimal', default: '1.10' }],
    [
      'n = [date(2024, 1, 1)]',
      { type: 'array', items: { type: 'string', format: 'date', 'x-native': 'date' }, default: ['2024-01-01'] },
    ],
  ])('%s', (source, expected) => {
    expect(one(source)).toEqual(expected);
  });

  it.each([
    ['n = 2 * 60', { type: 'integer', 'x-source': '2 * 60' }],
    ['n = date.today()', { type: 'string', format: 'date', 'x-native': 'date', 'x-source': 'date.today()' }],
    [
      'n = date.today() - timedelta(days=7)',
      { type: 'string', format: 'date', 'x-native': 'date', 'x-source': 'date.today() - timedelta(days=7)' },
    ],
    [
      'n = datetime.now().date()',
      { type: 'string', format: 'date', 'x-native': 'date', 'x-source': 'datetime.now().date()' },
    ],
    ['n: int = load()', { type: 'integer', 'x-source': 'load()' }],
    ['n = os.environ["HOME"]', { type: 'string', 'x-source': 'os.environ["HOME"]' }],
    ['n = f"{x}"', { type: 'string', 'x-source': 'f"{x}"' }],
    ['n = {1: "a", "b": 2}', { type: 'object', 'x-source': '{1: "a", "b": 2}' }],
    ['n = {None: 1}', { type: 'object', 'x-source': '{None: 1}' }],
    ['n = {2: "b", 1: "a"}', { type: 'object', 'x-source': '{2: "b", 1: "a"}' }],
    ['n = {"2": "b", "1": "a"}', { type: 'object', 'x-source': '{"2": "b", "1": "a"}' }],
    ['n = {"a": 1.0, "b": "c"}', { type: 'object', 'x-source': '{"a": 1.0, "b": "c"}' }],
    ['n = [(1, 2), "a"]', { type: 'array', 'x-source': '[(1, 2), "a"]' }],
    ['n = [x for x in y]', { 'x-source': '[x for x in y]' }],
    ['n = 2j', { 'x-source': '2j' }],
    ['n = date(2024, 2, 30)', { type: 'string', format: 'date', 'x-native': 'date', 'x-source': 'date(2024, 2, 30)' }],
    ['n = "\\N{BULLET}"', { type: 'string', 'x-source': '"\\N{BULLET}"' }],
  ])('that is computed is left to the notebook: %s', (source, expected) => {
    expect(one(source)).toEqual(expected);
  });
});

describe('a parameter’s annotation', () => {
  it.each([
    ['n: int', { type: 'integer', required: true }],
    ['n: float = 1', { type: 'number', default: 1 }],
    ['n: int = None', { type: ['integer', 'null'], default: null }],
    ['n: int | None', { type: ['integer', 'null'], default: null }],
    ['n: Optional[str] = "a"', { type: ['string', 'null'], default: 'a' }],
    ['n: typing.Union[int, str] = 1', { type: ['integer', 'string'], default: 1 }],
    [
      'n: AwareDatetime',
      { type: 'string', format: 'date-time', 'x-native': 'datetime', 'x-zone': true, required: true },
    ],
    ['n: HttpUrl', { type: 'string', format: 'uri', 'x-schemes': ['http', 'https'], required: true }],
    [
      'n: tuple[date, date]',
      {
        type: 'array',
        'x-native': 'tuple',
        items: { type: 'string', format: 'date', 'x-native': 'date' },
        minItems: 2,
        maxItems: 2,
        'x-widget': 'range',
        required: true,
      },
    ],
    [
      'n: Annotated[str, Field(json_schema_extra={"x-unit": "km", "x-widget": 5, "x-zone": "yes"})]',
      { type: 'string', 'x-unit': 'km', required: true },
    ],
    ['n: Literal["a", "b"] = "a"', { type: 'string', enum: ['a', 'b'], default: 'a' }],
    ['n: Literal["a", "b"] | None = None', { type: ['string', 'null'], enum: ['a', 'b', null], default: null }],
    ['n: t.Literal[1, "b"] = 1', { type: ['integer', 'string'], enum: [1, 'b'], default: 1 }],
    ['n: list[str] = []', { type: 'array', items: { type: 'string' }, default: [] }],
    [
      'n: List[Literal["a", "b"]] = ["a"]',
      { type: 'array', items: { type: 'string', enum: ['a', 'b'] }, default: ['a'] },
    ],
    [
      'n: tuple[int, int] = (1, 2)',
      { type: 'array', 'x-native': 'tuple', items: { type: 'integer' }, minItems: 2, maxItems: 2, default: [1, 2] },
    ],
    ['n: tuple[int, ...] = ()', { type: 'array', 'x-native': 'tuple', items: { type: 'integer' }, default: [] }],
    ['n: dict[str, int] = {}', { type: 'object', additionalProperties: { type: 'integer' }, default: {} }],
    ['n: dict[str, float] = {"a": 1}', { type: 'object', additionalProperties: { type: 'number' }, default: { a: 1 } }],
    ['n: Dict[str, bool]', { type: 'object', additionalProperties: { type: 'boolean' }, required: true }],
    [
      'n: typing.Mapping[str, str] | None = None',
      { type: ['object', 'null'], additionalProperties: { type: 'string' }, default: null },
    ],
    [
      'n: dict[str, list[int]] = {}',
      { type: 'object', additionalProperties: { type: 'array', items: { type: 'integer' } }, default: {} },
    ],
    [
      'n: dict[str, dict[str, int]] = {}',
      {
        type: 'object',
        additionalProperties: { type: 'object', additionalProperties: { type: 'integer' } },
        default: {},
      },
    ],
    [
      'n: dict[str, Literal["a"]] = {}',
      { type: 'object', additionalProperties: { type: 'string', enum: ['a'] }, default: {} },
    ],
    ['n: dict[str, Any] = {"a": 1}', { type: 'object', additionalProperties: {}, default: { a: 1 } }],
    ['n: dict[str, Any] = {"a": 1.0}', { type: 'object', additionalProperties: {}, 'x-source': '{"a": 1.0}' }],
    ['n: dict = {"a": 1.0}', { type: 'object', additionalProperties: { type: 'number' }, default: { a: 1 } }],
    ['n: dict | None = {1: "a"}', { type: ['object', 'null'], 'x-keys': { type: 'integer' }, default: { 1: 'a' } }],
    [
      'n: dict[str, int] = {"a": "x"}',
      { type: 'object', additionalProperties: { type: 'integer' }, 'x-source': '{"a": "x"}' },
    ],
    [
      'n: dict[str, int | None] = {"a": None}',
      { type: 'object', additionalProperties: { type: ['integer', 'null'] }, default: { a: null } },
    ],
    [
      'n: dict[int, str] = {1: "a"}',
      { type: 'object', 'x-keys': { type: 'integer' }, additionalProperties: { type: 'string' }, default: { 1: 'a' } },
    ],
    [
      'n: dict[int, str] = {"1": "a"}',
      {
        type: 'object',
        'x-keys': { type: 'integer' },
        additionalProperties: { type: 'string' },
        'x-source': '{"1": "a"}',
      },
    ],
    ['n: dict[str, int] = {1: 2}', { type: 'object', additionalProperties: { type: 'integer' }, 'x-source': '{1: 2}' }],
    [
      'n: dict[date, float] = {}',
      {
        type: 'object',
        'x-keys': { type: 'string', format: 'date', 'x-native': 'date' },
        additionalProperties: { type: 'number' },
        default: {},
      },
    ],
    [
      'n: dict[Literal["a", "b"], int] = {"a": 1}',
      {
        type: 'object',
        'x-keys': { type: 'string', enum: ['a', 'b'] },
        additionalProperties: { type: 'integer' },
        default: { a: 1 },
      },
    ],
    [
      'n: list[dict] = [{"a": 1.0}]',
      { type: 'array', items: { type: 'object', additionalProperties: { type: 'number' } }, default: [{ a: 1 }] },
    ],
    ['n: list[int] = ["a"]', { type: 'array', items: { type: 'integer' }, 'x-source': '["a"]' }],
    ['n: list[Any] = [1.0]', { type: 'array', items: {}, 'x-source': '[1.0]' }],
    ['n: list | None = [1.0]', { type: ['array', 'null'], items: { type: 'number' }, default: [1] }],
    ['n: "list[int]" = []', { type: 'array', items: { type: 'integer' }, default: [] }],
    ['n: datetime.date', { type: 'string', format: 'date', 'x-native': 'date', required: true }],
    [
      'n: Annotated[int, Field(ge=0, le=10, description="How many")] = 3',
      { type: 'integer', minimum: 0, maximum: 10, description: 'How many', default: 3 },
    ],
    [
      'n: Annotated[float, Gt(0), "A rate"] = 0.5',
      { type: 'number', exclusiveMinimum: 0, description: 'A rate', default: 0.5 },
    ],
    ['n: pd.DataFrame = None', { default: null }],
    ['n: int = "many"', { type: 'integer', 'x-source': '"many"' }],
    ['n: bool = 1', { type: 'boolean', 'x-source': '1' }],
    ['n: date = "2024-01-31"', { type: 'string', format: 'date', 'x-native': 'date', default: '2024-01-31' }],
    ['n: date = "-7d"', { type: 'string', format: 'date', 'x-native': 'date', default: '-7d' }],
    ['n: date = ""', { type: 'string', format: 'date', 'x-native': 'date', 'x-source': '""' }],
    ['n: Annotated[str, Field(pattern=r"^[\\w-]+$")] = "a"', { type: 'string', pattern: '^[\\w-]+$', default: 'a' }],
    ['n: Annotated[str, Field(pattern=r"(?P<x>a)")] = "a"', { type: 'string', default: 'a' }],
    ['n: Final[int] = 3', { type: 'integer', default: 3 }],
  ])('%s', (source, expected) => {
    expect(one(source)).toEqual(expected);
  });
});

describe('a parameters cell', () => {
  it('reads help and type comments', () => {
    expect(one('n = 5  # How many')).toEqual({ type: 'integer', default: 5, description: 'How many' });
    expect(one('n = None  # type: int How many')).toEqual({
      type: ['integer', 'null'],
      default: null,
      description: 'How many',
    });
    expect(one('n: float = 5  # type: str')).toEqual({ type: 'number', default: 5 });
    expect(one('n = [\n 1, # one\n]  # All')).toMatchObject({ description: 'All' });
  });

  it('takes plain assignments in order, the last of a name, and leaves the rest', () => {
    const source =
      'import os\n%matplotlib inline\na = 1; b = 2\nc = d = 3\n_private = 1\nx.y = 1\ne, f = 1, 2\nif True:\n  g = 1\nh += 1\n!ls\na = 4\ndef k():\n  z = 1\n';
    expect(python.readParameters(source).map(({ name, schema }) => [name, schema.default])).toEqual([
      ['a', 4],
      ['b', 2],
      ['c', 3],
      ['d', 3],
    ]);
  });

  it.each(['', '= 1', 'a =', 'a: = 3', '((((', '"""', 'a = [1,', '\u0000'])('never throws: %j', (source) => {
    expect(Array.isArray(python.readParameters(source))).toBe(true);
  });
});

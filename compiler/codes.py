"""The stable codes of every diagnostic, with what each one means.

A code never changes its meaning; a retired code is never used again.
``netc explain E401`` prints the entry.
"""

from __future__ import annotations

CODES: dict[str, str] = {
    # 1xx: the text
    "E101": "the text is not what the grammar expects here",
    "E102": "a string is not closed",
    "E103": "a bracket or brace is not closed",
    "E104": "unknown escape in a string",
    "E105": "a number is too large",
    "E106": "a character that the language does not use",
    "E107": "the text is too large or nested too deeply",
    # 2xx: names
    "E201": "unknown name",
    "E202": "unknown op or block",
    "E203": "a name is defined twice",
    "E204": "a name is used before its definition",
    "E205": "a name that is taken by Python, PyTorch or the language",
    "E206": "unknown net",
    # 3xx: values and arguments
    "E301": "unknown argument",
    "E302": "a value of the wrong type",
    "E303": "a required argument is missing",
    "E304": "too many arguments",
    "E305": "an argument is given twice",
    "E306": "a value outside its range",
    "E307": "an index outside its list",
    "E308": "an operation that these values do not have",
    "E309": "division by zero",
    "E310": "a layer where a value is expected, or a value where a layer is expected",
    # 4xx: shapes
    "E401": "the kernel is larger than the padded input",
    "E402": "the channels do not divide into these groups",
    "E403": "the connection table does not fit",
    "E404": "inputs whose shapes must be equal are not",
    "E405": "inputs whose sizes must be equal are not",
    "E406": "the op needs an input of another rank",
    "E407": "the shape does not fit this op",
    "E408": "the op takes another number of inputs",
    "E409": "codes that do not fit the classes or the input",
    # 5xx: devices
    "E501": "unknown device",
    "E502": "inputs on different devices, and no word where the layer runs",
    "E503": "exchange outside towers",
    "E504": "towers that cannot be built",
    "E505": "a device is not used",
    # 6xx: structure
    "E601": "a layer that nothing reads",
    "E602": "blocks that contain each other",
    "E603": "files that use each other",
    "E604": "a variant's edit does not fit its base",
    "E605": "a net without what it needs",
    "E606": "a parameter that nothing reads",
    "E607": "the net becomes too large",
    "E608": "a statement in a place where it has no meaning",
    # 7xx: claims
    "E701": "an expectation does not hold",
    "E702": "an expectation cannot be evaluated",
    # 8xx: files
    "E801": "a file cannot be read",
    "E802": "a file outside the folder of the spec",
    "E803": "the file has no such definition",
}

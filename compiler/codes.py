"""The stable codes of every diagnostic, with what each one means.

A code never changes its meaning; a retired code is never used again.
``netc explain E401`` prints the entry.
"""

from __future__ import annotations

CODES: dict[str, str] = {
    # 1xx: the text
    "E101": "The text is not what the grammar expects here: often a comma, a bracket or an operator is missing.",
    "E102": 'A string is not closed: end it with the quotation mark it began with; only """ texts may span lines.',
    "E103": "A bracket or brace is not closed: the caret shows the one that lacks its partner.",
    "E104": "Unknown escape in a string: write a backslash itself as two.",
    "E105": "A number is too large: whole numbers and sizes may be as large as PyTorch's, 2**63 - 1.",
    "E106": "A character that the language does not use outside of strings and comments.",
    "E107": "The text is too large or nested too deeply for a spec that people write; use a block, `*` or `for`.",
    # 2xx: names
    "E201": "Unknown name: no layer, input, parameter or loop variable of this name can be seen from here.",
    "E202": "Unknown op or block: `netc explain` lists the ops; a block of another file needs `use`.",
    "E203": "A name is defined twice: every layer, block and net needs a name of its own.",
    "E204": "A name is used before its definition: layers may only read what stands above them.",
    "E205": "A name that is taken by Python, PyTorch or the language, so that the written module could not use it.",
    "E206": "Unknown net: neither the file nor what it uses has a net of this name.",
    # 3xx: values and arguments
    "E301": "Unknown argument: the op, block or net has none of this name; `netc explain conv` prints a signature.",
    "E302": "A value of the wrong type, such as a string where a whole number is expected.",
    "E303": "A required argument is missing: those without a default in the signature must be given.",
    "E304": "Too many arguments: more values than the signature has names.",
    "E305": "An argument is given twice, by its position and by its name or twice by its name.",
    "E306": "A value outside its range, or two arguments that exclude each other.",
    "E307": "An index outside its list: indices count from 0.",
    "E308": "An operation that these values do not have, such as a string times a size.",
    "E309": "Division by zero.",
    "E310": "A layer where a value is expected, or a value where a layer is expected.",
    # 4xx: shapes
    "E401": "The kernel is larger than the padded input, so that no window fits: pad more, or take a smaller kernel.",
    "E402": "The channels do not divide into these groups or parts: their number must be a multiple.",
    "E403": "The connection table does not fit: it has a row per input and a column per output channel, none empty.",
    "E404": "Inputs whose shapes must be equal are not: `add` and `mul` work value by value; only gates are stretched.",
    "E405": "Inputs whose sizes must be equal are not: `concat` joins along one axis, and all others must agree.",
    "E406": "The op needs an input of another rank, such as a feature map where a vector comes in.",
    "E407": "The shape does not fit this op, such as a crop larger than its input.",
    "E408": "The op takes another number of inputs, such as `add` of a single layer.",
    "E409": "Codes that do not fit the classes or the input: `digits_7x12` compares 84 features with up to 10 codes.",
    # 5xx: devices
    "E501": "Unknown device: devices are declared by `device` before they are used.",
    "E502": "Inputs on different devices, and no word where the layer runs: write `on` and the device after it.",
    "E503": "Exchange outside towers: it is the word by which towers read each other, so it stands in their body.",
    "E504": "Towers that cannot be built, because the devices or the body do not allow one copy per device.",
    "E505": "A device is not used: a declared device must run at least one layer.",
    # 6xx: structure
    "E601": "A layer that nothing reads: connect it, name it by `output`, or remove it.",
    "E602": "Blocks that contain each other, or nets made from each other, so that building them would never end.",
    "E603": "Files that use each other, so that reading them would never end.",
    "E604": "A variant's edit does not fit its base, such as removing a layer that the base does not have.",
    "E605": "A net without what it needs, such as an input or a layer.",
    "E606": "A parameter that nothing reads, so that changing it would change nothing.",
    "E607": "The net becomes too large: too many layers, or a tensor with more values than can be counted.",
    "E608": "A statement in a place where it has no meaning, such as `device` in a block.",
    "E609": "A width that cannot be scaled: the channels would be no whole number, or something else is made for them.",
    # 7xx: claims
    "E701": "An expectation does not hold: the spec claims a number or shape that the net does not have.",
    "E702": "An expectation cannot be evaluated, because it names something that the net does not have.",
    # 8xx: files
    "E801": "A file cannot be read.",
    "E802": "A file outside the folder of the spec: `use` reads only neighbours and what lies below them.",
    "E803": "The file has no such definition: `use` names nets and blocks of the other file.",
    "E804": "No shipped net has what was asked for.",
    # 9xx: figures, and what else is made of a net
    "E901": "Unknown choice for a figure: no style, theme, format, target or field has this name.",
    "E902": "The figure's style has no use for an option, so that it would change nothing.",
    "E903": "The figure's style cannot draw this net, such as `neurons` a net with feature maps.",
    "E904": "A theme that cannot be used: it lacks something, or has something unknown.",
    "E905": "The net cannot be written in this format: it is too large for one file, or PyTorch cannot say it so.",
    "E906": "No checkpoint: weights are a mapping from names to tensors, or a file of nothing else.",
    "E907": "Weights that do not fit the module: tensors are missing, too many, or of another shape.",
    "E908": "The module is on the meta device, which holds no values, so that weights cannot be loaded into it.",
    "E909": "The net cannot run as one process per device: it has no devices, or one of them has nothing to train.",
    "E910": "A net that cannot be placed as asked: towers are for chains whose channels divide among the devices.",
    "E911": "Nets that are too large to be compared: netc follows their channels one by one, and runs both.",
    # 10xx: training
    "E1001": "A data set that is not there, or not laid out as netc reads it: the message tells the layout.",
    "E1002": "A data file that is damaged, cut off or of another format.",
    "E1003": "The net and the data set do not fit: their classes, the input or the outputs.",
    "E1004": "Unknown choice for training: no data set or recipe has this name, or a setting is out of its range.",
    "E1005": "The run's folder cannot be used: it has a run in it, none to go on with, or one of another net.",
    "E1006": "Training diverged: the loss is infinite or no number any more, mostly of too large a learning rate.",
    "E1007": "A process of a training on several ranks ended before the others; what it wrote is above the message.",
    # Warnings of `netc check`
    "W501": "Layers without weights would need fewer bytes between the devices on another one.",
    "W502": "A device that computes no multiply-adds, while others do.",
    "W503": "The multiply-adds are so unequal that n devices gain less than half of what they could: (n + 1) / 2.",
}

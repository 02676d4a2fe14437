"""Specs that the tests of the PyTorch backend write, verify and run: one per construct."""

from __future__ import annotations

SPECS = {
    "chain": """
net Chain {
  input image: 3x16x16
  conv1 = conv(8, 3x3, pad = 1) -> batchnorm -> relu
  pool1 = maxpool(2x2)
  act   = relu
  fc1   = fc(20) -> tanh -> dropout(0.3)
  fc2   = fc(10) -> softmax
}
""",
    "residual": """
block basic(width, stride = 1) {
  conv1 = in -> conv(width, 3x3, stride = stride, pad = 1, bias = false) -> batchnorm -> relu
  conv2 = conv(width, 3x3, pad = 1, bias = false) -> batchnorm
  add(conv2, in) -> relu
}
block down(width, stride = 2) {
  conv1 = in -> conv(width, 3x3, stride = stride, pad = 1, bias = false) -> batchnorm -> relu
  conv2 = conv(width, 3x3, pad = 1, bias = false) -> batchnorm
  skip  = in -> conv(width, 1x1, stride = stride, bias = false) -> batchnorm
  add(conv2, skip) -> relu
}
net Residual(classes = 10) {
  input image: 3x32x32
  conv1  = conv(16, 3x3, pad = 1, bias = false) -> batchnorm -> relu
  layer1 = basic(16) * 3
  layer2 = down(32) -> basic(32)
  layer3 = down(64) -> basic(64)
  layer4 = down(64, stride = 1) -> basic(64) * 4
  fc     = global_avgpool -> fc(classes)
}
""",
    "branches": """
block inception(a, b, c) {
  one   = in -> conv(a, 1x1) -> relu
  three = in -> conv(b, 1x1) -> relu -> conv(b * 2, 3x3, pad = 1) -> relu
  pool  = in -> maxpool(3x3, stride = 1, pad = 1) -> conv(c, 1x1) -> relu
  concat(one, three, pool)
}
net Branches {
  input image: 3x32x32
  stem = conv(16, 3x3, stride = 2, pad = 1) -> relu -> lrn(groups = 2) -> lrn(alpha_per = term)
  a = inception(8, 4, 2)
  b = inception(16, 8, 8)
  shortcut = a -> conv(40, 1x1, bias = false)
  sum = add(b, shortcut, b)
  fc = global_avgpool -> fc(7)
}
""",
    "gates": """
block gate(reduced) {
  squeeze = in -> global_avgpool -> conv(reduced, 1x1) -> relu -> conv(16, 1x1) -> hardsigmoid
  mul(in, squeeze)
}
net Gates {
  input image: 3x16x16
  conv1 = conv(16, 3x3, pad = same, stride = 2) -> hardswish
  gate1 = gate(4)
  conv2 = conv(16, 3x3, pad = 1, groups = 16) -> silu -> channel_shuffle(4)
  gate2 = gate(8)
  conv3 = conv(32, 4x4, pad = same) -> leaky_relu(0.2) -> elu -> relu6 -> gelu -> sigmoid -> layernorm
  grow  = conv_transpose(8, 2x2, stride = 2) -> pad(1) -> crop(16)
  flat  = flatten -> reshape(8x16x16)
  pool  = avgpool(3x3, stride = 2, round = up) -> adaptive_maxpool(3x3) -> adaptive_avgpool(2x2)
  fc1   = fc(12) -> batchnorm -> layernorm -> scaled_tanh
}
""",
    "repetitions": """
net Repetitions {
  input image: 3x16x16
  a = (conv(8, 3x3, pad = 1) -> relu) * 2
  b = conv(8, 3x3, pad = 1) * 4
  for i in 0..3 {
    c = conv(8 + i, 3x3, pad = 1) -> relu
  }
  d = (conv(16, 3x3, pad = 1) -> scaled_tanh) * 3
  e = (conv(4, 3x3, pad = same, stride = 2) -> relu) * 2
  for i in 0..2 {
    for j in 0..2 {
      g = conv(4 + i + j, 1x1) -> relu
    }
  }
  fc = fc(10)
}
""",
    "several": """
net Several {
  input left: 3x16x16
  input right: 1x16x16
  l = left -> conv(8, 3x3, pad = 1) -> relu
  r = right -> conv(8, 3x3, pad = 1) -> relu
  both = concat(l, r)
  parts = split(2)
  sum = add(parts[0], parts[1])
  scores = global_avgpool -> fc(5)
  edges = sum -> conv(1, 1x1) -> sigmoid
  output scores: scores
  output edges: edges
}
""",
    "encoder": """
block twice(width) {
  conv1 = in -> conv(width, 3x3, pad = 1) -> relu
  conv2 = conv(width, 3x3, pad = 1) -> relu
}
block up(skip, width) {
  grown = in -> conv_transpose(width, 2x2, stride = 2)
  joined = concat(skip, grown)
  twice = twice(width)
}
net Encoder {
  input image: 1x16x16
  d1 = twice(4)
  p1 = maxpool(2x2)
  d2 = twice(8)
  p2 = maxpool(2x2)
  d3 = twice(16)
  u2 = up(d2, 8)
  u1 = up(d1, 4)
  mask = conv(2, 1x1)
}
""",
    "pipeline": """
block mixed(width) {
  conv1 = in -> conv(width, 3x3, pad = 1) -> relu on front
  conv2 = conv(width, 3x3, pad = 1) -> relu on back
}
net Pipeline {
  device front, back
  input image: 3x16x16
  conv1 = conv(8, 3x3, pad = 1) -> relu on front
  m1 = mixed(8)
  m2 = mixed(12)
  pool = maxpool(2x2)
  skip = conv1 -> conv(12, 2x2, stride = 2) on back
  sum  = add(pool, skip)
  fc   = fc(10) on front
}
""",
    "towers": """
net Towers {
  device gpu0, gpu1
  input image: 3x32x32
  towers on gpu0, gpu1 {
    conv1 = conv(8, 3x3, stride = 2, round = up) -> relu
    exchange
    conv2 = conv(8, 3x3, pad = 1) -> relu
    pool2 = maxpool(2x2)
    fc3   = fc(16) -> relu
  }
  fc4 = fc(5) on gpu1
  init weight = normal(0.5, 0.25), bias = 0
  init fc4: bias = uniform(-1, 1)
}
""",
    "long_names": """
block an_extremely_verbose_block_name(number_of_feature_maps, distance_between_windows = 1) {
  first_convolution = in -> conv(number_of_feature_maps, 3x3, stride = distance_between_windows, pad = 1)
  second_convolution = conv(number_of_feature_maps, 3x3, pad = 1, bias = false) -> relu
  add(first_convolution, second_convolution) -> leaky_relu(0.125)
}
net AnExtremelyVerboseNameOfANetwork {
  input the_image_that_the_network_shall_classify: 3x32x32
  the_stem_of_the_network = conv(16, 3x3, stride = 2, pad = [0, 1, 2, 3], dilation = 2, bias = false) -> relu
  the_first_stage = an_extremely_verbose_block_name(16) * 3
  the_second_stage = an_extremely_verbose_block_name(32, distance_between_windows = 2)
  everything_together = concat(the_second_stage, the_second_stage, the_second_stage, the_second_stage)
  the_sum_of_it_all = add(everything_together, everything_together, everything_together, everything_together)
  fc = fc(10)
}
""",
    "arrivals": """
net Arrivals {
  device g0, g1
  input image: 3x8x8
  a = conv(4, 1x1) on g0
  b = image -> conv(4, 1x1) on g0
  c = image -> conv(4, 1x1) on g1
  s = add(a, b, c) on g1
  x = relu
  fc = fc(3)
}
""",
    "nested": """
block two(w) {
  a = in -> conv(w, 1x1)
  b = in -> conv(w, 1x1)
  c = add(a, b, in)
}
block outer(w) {
  t = in -> two(w) * 2
  u = conv(4, 1x1, groups = 2)
  v = relu
}
net Nested {
  input x: 4x8x8
  o1 = outer(4)
  o2 = outer(4)
  out = conv(4, 3x3, pad = [0, 2, 1, 1])
  flow = add(out, o1, o2, out)
  l = relu
  O = relu
  s = add(l, O)
  first = add(l, O, s)
  fc = fc(3)
  output l: l
  output y: fc
}
""",
    "exchange": """
net Exchange {
  device g0, g1
  input image: 3x8x8
  input meta: 4
  towers on g0, g1 {
    a = image -> conv(4, 3x3)
    exchange
    b = image -> conv(4, 3x3)
    c = concat(a, b) -> fc(4)
    m = add(c, meta)
  }
  fc = fc(3) on g1
}
""",
    "handed_through": """
net HandedThrough {
  input v: 7
  f = flatten
  g = relu
  h = add(f, g)
}
""",
    "heads": """
block head(classes) {
  conv = in -> conv(4, 1x1) -> relu
  fc   = global_avgpool -> fc(classes) -> dropout(0.5)
}
net Heads(classes = 10) {
  input image: 3x16x16
  stem = conv(8, 3x3) -> batchnorm -> relu
  auxiliary output aux1: head(classes)
  middle = stem -> conv(8, 3x3, pad = 1) -> relu -> layer_scale -> stochastic_depth(0.2)
  auxiliary output aux2: head(classes)
  auxiliary output both: add(stem, middle)
  shortcut = stem -> pad(0, channels = [2, 6])
  last     = middle -> conv(16, 1x1)
  small    = add(shortcut, last) -> conv(4, 5x5)
  fc       = concat(crop(last, small), small) -> fc(classes) -> layer_scale(0.1)
}
""",
    "towers_with_heads": """
net TowersWithHeads {
  device g0, g1
  input image: 3x8x8, extra: 4x8x8
  towers on g0, g1 {
    a = image -> conv(4, 3x3)
    side = a -> conv(2, 1x1)
    b = a -> conv(4, 3x3)
  }
  auxiliary output mix: concat(g0.side, g1.side) -> global_avgpool on g1
  e = extra -> conv(4, 3x3) on g1
  auxiliary output ex: fc(3) on g0
  f = concat(g0.b, g1.b) -> conv(8, 1x1) on g0
  output classes: fc(10) on g0
  output features: f -> global_avgpool on g1
}
""",
}

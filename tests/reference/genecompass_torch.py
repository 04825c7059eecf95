"""GeneCompass in plain PyTorch, written from a description of the published model, not from its code.

It is the outside program of two things: reference numbers (make_fixture.py) and the benchmark (tests/bench). Module
names give state-dict keys as in a published checkpoint. Nothing of the product imports it.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

PAD, MASK, IGNORED = 0, 1, -100
MASKED_VALUE = -1.0
PRIOR_ORDER = ("promoter", "co_exp", "gene_family", "peca_grn")
ID_WEIGHT = 0.2


@dataclass(frozen=True)
class Config:
    vocabulary: int
    width: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    priors: tuple = ()
    """(name, width of its vectors), in the order of PRIOR_ORDER."""
    activation: str = "gelu"
    norm_eps: float = 1e-12
    dropout: float = 0.0
    values: str = "plain"
    """How a value enters: `plain` (one number), `encoder` or `fused` (the two older layouts)."""
    learned_ids: bool = True
    """Without, a gene is known by its projected priors alone, and the identity head decodes against their sum."""


def published_config(entries, tensors):
    """Config of a published config.json; sizes come from the tensors, which are authoritative."""
    width_of = lambda name: tensors[f"bert.embeddings.{name}_embeddings.linear1.weight"].shape[1]
    names = [n for n in PRIOR_ORDER if f"bert.embeddings.{n}_embeddings.linear1.weight" in tensors]
    vocabulary, width = tensors["bert.embeddings.word_embeddings.weight"].shape
    values = "plain"
    if "bert.embeddings.values_embeddings.linear1.weight" in tensors:
        values = "encoder"
    if "bert.embeddings.values_embeddings.c_fc.weight" in tensors:
        values = "fused"
    return Config(
        vocabulary=vocabulary,
        width=width,
        layers=entries["num_hidden_layers"],
        heads=entries["num_attention_heads"],
        feed_forward=entries["intermediate_size"],
        positions=tensors["bert.embeddings.position_embeddings.weight"].shape[0],
        priors=tuple((n, width_of(n)) for n in names),
        activation=entries["hidden_act"],
        norm_eps=entries["layer_norm_eps"],
        values=values,
    )


def activate(config, x):
    return F.relu(x) if config.activation == "relu" else F.gelu(x)


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


class PriorProjection(nn.Module):
    def __init__(self, source, width):
        super().__init__()
        self.linear1 = nn.Linear(source, width)

    def forward(self, x):
        return self.linear1(x)


class MixBlock(nn.Module):
    """Linear, layer norm (eps 1e-5), quick GELU, linear; the names of its parts begin with `prefix`."""

    def __init__(self, prefix, inputs, width):
        super().__init__()
        self.prefix = prefix
        setattr(self, f"{prefix}_fc", nn.Linear(inputs, width))
        setattr(self, f"{prefix}_ln", nn.LayerNorm(width, eps=1e-5))
        setattr(self, f"{prefix}_proj", nn.Linear(width, width))

    def forward(self, x):
        fc, ln, proj = (getattr(self, f"{self.prefix}_{part}") for part in ("fc", "ln", "proj"))
        return proj(quick_gelu(ln(fc(x))))


class ValueEncoder(nn.Module):
    """Older layout: a value, at most 255, becomes a vector. Its dropout of 0.1 is left out: it is for training only."""

    def __init__(self, width):
        super().__init__()
        self.linear1 = nn.Linear(1, width)
        self.linear2 = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width, eps=1e-5)

    def forward(self, values):
        x = values.clamp(max=255).unsqueeze(-1)
        return self.norm(self.linear2(F.relu(self.linear1(x))))


class GeneEmbeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        c, width = config, config.width
        self.config = c
        for name, source in c.priors:
            self.register_buffer(f"{name}_knowledge", torch.zeros(c.vocabulary, source))
        self.register_buffer("position_ids", torch.arange(c.positions).unsqueeze(0))
        self.register_buffer("homologous_index", torch.arange(c.vocabulary))
        if c.learned_ids:
            self.word_embeddings = nn.Embedding(c.vocabulary, width, padding_idx=PAD)
        for name, source in c.priors:
            setattr(self, f"{name}_embeddings", PriorProjection(source, width))
        joined = width * (len(c.priors) + int(c.learned_ids))
        if c.values == "encoder":
            self.values_embeddings = ValueEncoder(width)
            joined += width
        elif c.values == "fused":
            self.values_embeddings = MixBlock("c", width + 1, width)
        else:
            joined += 1
        self.concat_embeddings = MixBlock("cat", joined, width)
        self.position_embeddings = nn.Embedding(c.positions, width)
        self.token_type_embeddings = nn.Embedding(2, width)
        self.LayerNorm = nn.LayerNorm(width, eps=c.norm_eps)

    def prior_rows(self, ids, species):
        """Row of the prior tables: the token, or for a mouse cell the row of its mouse gene."""
        if species is None:
            return ids
        return torch.where(species.reshape(-1, 1) == 1, self.homologous_index[ids], ids)

    def forward(self, ids, values, species):
        c = self.config
        rows = self.prior_rows(ids, species)
        blocks = [self.word_embeddings(ids)] if c.learned_ids else []
        if c.values == "encoder":
            blocks.append(self.values_embeddings(values))
        elif c.values == "fused":
            blocks = [self.values_embeddings(torch.cat([blocks[0], values.unsqueeze(-1)], -1))]
        else:
            blocks.append(values.unsqueeze(-1))
        for name, _ in c.priors:
            table = getattr(self, f"{name}_knowledge")
            blocks.append(getattr(self, f"{name}_embeddings")(F.embedding(rows, table)))
        x = self.concat_embeddings(torch.cat(blocks, -1))
        x = x + self.token_type_embeddings.weight[0] + self.position_embeddings.weight[: ids.shape[1]]
        return F.dropout(self.LayerNorm(x), c.dropout, self.training)

    def prior_decoder(self):
        parts = [getattr(self, f"{n}_embeddings")(getattr(self, f"{n}_knowledge")) for n, _ in self.config.priors]
        return sum(parts)


class Normed(nn.Module):
    """Dense, dropout, residual, layer norm."""

    def __init__(self, config, inputs):
        super().__init__()
        self.rate = config.dropout
        self.dense = nn.Linear(inputs, config.width)
        self.LayerNorm = nn.LayerNorm(config.width, eps=config.norm_eps)

    def forward(self, x, residual):
        return self.LayerNorm(F.dropout(self.dense(x), self.rate, self.training) + residual)


class Dense(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.dense = nn.Linear(inputs, outputs)

    def forward(self, x):
        return self.dense(x)


class SelfAttention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads, self.rate = config.heads, config.dropout
        self.query = nn.Linear(config.width, config.width)
        self.key = nn.Linear(config.width, config.width)
        self.value = nn.Linear(config.width, config.width)

    def split(self, x):
        b, s, d = x.shape
        return x.reshape(b, s, self.heads, d // self.heads).transpose(1, 2)

    def forward(self, x, hidden):
        b, s, d = x.shape
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = q @ k.transpose(2, 3) / (d // self.heads) ** 0.5
        if hidden is not None:
            scores = scores + hidden
        shares = F.dropout(scores.softmax(-1), self.rate, self.training)
        return (shares @ v).transpose(1, 2).reshape(b, s, d)

    def first_row(self, x, hidden):
        """Context of position 0 alone, exact: keys and values are never projected, softmax ignores a constant."""
        b, s, d = x.shape
        h, w = self.heads, d // self.heads
        q = self.query(x[:, 0]).reshape(b, h, w) / w**0.5
        probe = torch.einsum("bhw,hwd->bhd", q, self.key.weight.reshape(h, w, d))
        scores = probe @ x.transpose(1, 2)
        if hidden is not None:
            scores = scores + hidden[:, :, 0]
        mixed = scores.softmax(-1) @ x
        values = torch.einsum("bhd,hwd->bhw", mixed, self.value.weight.reshape(h, w, d))
        return values.reshape(b, d) + self.value.bias


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.add_module("self", SelfAttention(config))
        self.output = Normed(config, config.width)


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.attention = Attention(config)
        self.intermediate = Dense(config.width, config.feed_forward)
        self.output = Normed(config, config.feed_forward)

    def after(self, context, x):
        h = self.attention.output(context, x)
        return self.output(activate(self.config, self.intermediate(h)), h)

    def forward(self, x, hidden):
        return self.after(getattr(self.attention, "self")(x, hidden), x)

    def first_row(self, x, hidden):
        return self.after(getattr(self.attention, "self").first_row(x, hidden), x[:, 0])


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.layer = nn.ModuleList(Layer(config) for _ in range(config.layers))


class Pooler(Dense):
    def forward(self, x):
        return torch.tanh(self.dense(x))


class Trunk(nn.Module):
    def __init__(self, config, pooler=False):
        super().__init__()
        self.embeddings = GeneEmbeddings(config)
        self.cls_embedding = nn.Embedding(2, config.width)
        self.encoder = Encoder(config)
        if pooler:
            self.pooler = Pooler(config.width, config.width)

    def enter(self, ids, values, mask, species):
        """Embeddings of the genes, the sequence with CLS in front, and the additive mask."""
        genes = self.embeddings(ids, values, species)
        row = torch.zeros(len(ids), dtype=torch.long, device=ids.device) if species is None else species.reshape(-1)
        sequence = torch.cat([self.cls_embedding(row).unsqueeze(1), genes], 1)
        if mask is None:
            return genes, sequence, None
        kept = torch.cat([torch.ones_like(mask[:, :1]), mask], 1).to(genes.dtype)
        return genes, sequence, ((1 - kept) * torch.finfo(genes.dtype).min)[:, None, None, :]

    def forward(self, ids, values, mask=None, species=None):
        genes, x, hidden = self.enter(ids, values, mask, species)
        states = [x]
        for layer in self.encoder.layer:
            states.append(layer(states[-1], hidden))
        return genes, states

    def cls_only(self, ids, values, mask=None, species=None):
        _, x, hidden = self.enter(ids, values, mask, species)
        for layer in self.encoder.layer[:-1]:
            x = layer(x, hidden)
        return self.encoder.layer[-1].first_row(x, hidden)


class Transform(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.dense = nn.Linear(config.width, config.width)
        self.LayerNorm = nn.LayerNorm(config.width, eps=config.norm_eps)

    def forward(self, x):
        return self.LayerNorm(activate(self.config, self.dense(x)))


class Head(nn.Module):
    def __init__(self, config, outputs, decodes=True):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.transform = Transform(config)
        if decodes:
            self.decoder = nn.Linear(config.width, outputs)
            self.decoder.bias = self.bias

    def forward(self, x, weight=None):
        return F.linear(self.transform(x), self.decoder.weight if weight is None else weight, self.bias)


class Predictions(nn.Module):
    def __init__(self, head):
        super().__init__()
        self.predictions = head


class Warmup(nn.Module):
    """The prior warm-up of the published model, inert there: kept for its two entries of a checkpoint."""

    def __init__(self):
        super().__init__()
        self.register_buffer("alpha", torch.tensor(1.0))
        self.register_buffer("steps", torch.tensor(0))


class MaskedModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.bert = Trunk(config)
        self.cls = Predictions(Head(config, config.vocabulary, config.learned_ids))
        self.cls4value = Predictions(Head(config, 1))
        self.emb_warmup = Warmup()
        if config.learned_ids:
            self.cls.predictions.decoder.weight = self.bert.embeddings.word_embeddings.weight

    def scores(self, rows):
        weight = None if self.config.learned_ids else self.bert.embeddings.prior_decoder()
        return self.cls.predictions(rows, weight), self.cls4value.predictions(rows).squeeze(-1)

    def forward(self, ids, values, mask=None, species=None):
        genes, states = self.bert(ids, values, mask, species)
        logits, predicted = self.scores(states[-1][:, 1:])
        return genes, states, logits, predicted

    def losses(self, ids, values, mask, species, labels, label_values, everywhere=True):
        """Total, identity and value loss. `everywhere`: heads at all positions, as published, or at the masked only."""
        _, states = self.bert(ids, values, mask, species)
        rows = states[-1][:, 1:]
        chosen = labels != IGNORED
        if everywhere:
            logits, predicted = self.scores(rows)
            id_loss = F.cross_entropy(logits.reshape(-1, logits.shape[-1]), labels.reshape(-1), ignore_index=IGNORED)
            predicted = predicted[chosen]
        else:
            logits, predicted = self.scores(rows[chosen])
            id_loss = F.cross_entropy(logits, labels[chosen])
        value_loss = F.mse_loss(predicted, label_values[chosen])
        return ID_WEIGHT * id_loss + (1 - ID_WEIGHT) * value_loss, id_loss, value_loss


class ClassifierModel(nn.Module):
    def __init__(self, config, classes):
        super().__init__()
        self.config = config
        self.bert = Trunk(config, pooler=True)
        self.classifier = nn.Linear(config.width, classes)

    def forward(self, ids, values, mask=None, species=None):
        cls = self.bert(ids, values, mask, species)[1][-1][:, 0]
        return self.classifier(F.dropout(self.bert.pooler(cls), self.config.dropout, self.training))


def adamw(model, rate, weight_decay=0.01):
    """AdamW with decoupled decay of matrices and embeddings, none of vectors."""
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.999), eps=1e-8)

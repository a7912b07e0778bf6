{% macro volume_variance(logged_quantity, card_price, invoiced_quantity) -%}
    {#- The part of an invoice's difference that comes from another quantity: at the price of the card. -#}
    ({{ invoiced_quantity }} - {{ logged_quantity }}) * {{ card_price }}
{%- endmacro %}


{% macro price_variance(card_price, invoiced_quantity, invoice_price) -%}
    {#- The part that comes from another price: for all that was invoiced. Both parts are the whole difference. -#}
    {{ invoiced_quantity }} * ({{ invoice_price }} - {{ card_price }})
{%- endmacro %}


{% macro invoice_tolerance(rows, digits) -%}
    {#- What an invoice may differ from the rows behind it by rounding alone, as FOCUS 1.4 has it: the larger of 100 minor units and half
        the square root of the number of rows, in minor units, cut off after the minor unit. The root is exact: a float is
        only its first guess, and whole numbers decide. Rows below 10^15. -#}
    {%- set guess = 'cast(floor(sqrt(cast(' ~ rows ~ ' as double))) as bigint)' -%}
    {{ llm_cost.currency_amount(
        'greatest(100, ' ~ llm_cost.integer_quotient(
            'case when (' ~ guess ~ ' + 1) * (' ~ guess ~ ' + 1) <= ' ~ rows ~ ' then ' ~ guess ~ ' + 1 when ' ~ guess ~ ' * ' ~ guess ~ ' > ' ~ rows
            ~ ' then ' ~ guess ~ ' - 1 else ' ~ guess ~ ' end', 2) ~ ')',
        digits
    ) }}
{%- endmacro %}

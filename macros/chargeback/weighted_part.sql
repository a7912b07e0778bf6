{% macro weighted_part(amount, type='decimal(24, 12)') -%}
    {#- The part of an amount that an owner of an owner group has (columns weight, weight_before; NULL outside of a group), with 12
        decimals. Running totals are rounded, so that the parts of a group are exactly the amount. -#}
    case
        when weight is null then cast({{ amount }} as decimal(28, 12))
        else cast(
            round(cast({{ amount }} as {{ type }}) * cast(weight_before + weight as decimal(13, 12)), 12)
            - round(cast({{ amount }} as {{ type }}) * weight_before, 12)
        as decimal(28, 12))
    end
{%- endmacro %}

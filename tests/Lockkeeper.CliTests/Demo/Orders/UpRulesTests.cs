using Lockkeeper.Cli.Demo.Orders;

namespace Lockkeeper.CliTests.Demo.Orders;

public sealed class UpRulesTests
{
    [Theory]
    [InlineData("12.50 EUR", 12.50)]
    [InlineData("0.01 EUR", 0.01)]
    [InlineData(null, 0)]
    public void An_amount_loses_its_currency_and_a_missing_one_is_nothing(string? text, double amount) =>
        Assert.Equal((decimal)amount, UpRules.AmountOf(text));

    [Theory]
    [InlineData("Ada.1@Example.ORG", "example.org")]
    [InlineData("nobody", "")]
    [InlineData("a@b@c", "b")]
    public void A_domain_is_what_stands_behind_the_sign_in_lower_case(string email, string domain) =>
        Assert.Equal(domain, UpRules.DomainOf(email));

    [Fact]
    public void The_same_number_makes_the_same_order() => Assert.Equal(OrderSource.Seed(4711), OrderSource.Seed(4711));

    [Fact]
    public void Amounts_survive_being_written_as_text() => Assert.Equal(1234.5m, UpRules.AmountOf(UpRules.TextOf(1234.5m)));
}
